#!/bin/bash
# Starts a streaming replica. The first start copies the primary.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install --directory --owner=postgres --group=postgres --mode=0700 "$PGDATA"
  find "$PGDATA" -mindepth 1 -delete
  PGPASSWORD=$REPLICATION_PASSWORD gosu postgres pg_basebackup \
    --dbname="host=$PRIMARY_HOST user=replication application_name=$SLOT" \
    --slot="$SLOT" --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf
fi
exec docker-entrypoint.sh postgres
