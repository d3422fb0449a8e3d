#!/bin/bash
# A streaming replica: a copy of the primary, made when there is none yet, and then Postgres as the image starts it.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install --directory --owner=postgres --group=postgres --mode=0700 "$PGDATA"
  find "$PGDATA" -mindepth 1 -delete
  PGPASSWORD=$REPLICATION_PASSWORD gosu postgres pg_basebackup \
    --dbname="host=$PRIMARY_HOST user=replication application_name=$SLOT" \
    --slot="$SLOT" --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf
fi
exec docker-entrypoint.sh postgres
