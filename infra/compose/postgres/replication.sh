#!/bin/bash
# Runs once, when the primary is initialized: creates a role for its replicas and a replication slot for each, so that the
# primary keeps the WAL they still need.
set -euo pipefail

psql --username postgres --set password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replication WITH REPLICATION LOGIN PASSWORD :'password';
SELECT pg_create_physical_replication_slot('db_replica_1'), pg_create_physical_replication_slot('db_replica_2');
-- From the next start on: a write is acknowledged when a replica has it, too (docs/reliability.md).
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (db_replica_1, db_replica_2)';
ALTER SYSTEM SET max_slot_wal_keep_size = '4GB';
SQL
echo 'host replication replication samenet scram-sha-256' >>"$PGDATA/pg_hba.conf"
