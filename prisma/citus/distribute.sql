-- Distributes a migrated database over the workers of a Citus cluster. Run it once, on the coordinator, in the service's
-- database (docs/scaling.md). The rows of an owner are on one worker, in colocated shards, so every statement of a request
-- stays there, with its joins and foreign keys.
--
-- Two tables are copied to every node: account_emails, because addresses are unique over all owners, and
-- session_revocations, because every instance reads the newest rows of all owners. wal_timeline and _prisma_migrations
-- stay on the coordinator.

SELECT create_reference_table('account_emails');
SELECT create_reference_table('session_revocations');

SELECT create_distributed_table('accounts', 'owner_id');
SELECT create_distributed_table('sessions', 'owner_id', colocate_with => 'accounts');
SELECT create_distributed_table('lists', 'owner_id', colocate_with => 'accounts');
SELECT create_distributed_table('access', 'owner_id', colocate_with => 'accounts');
SELECT create_distributed_table('labels', 'owner_id', colocate_with => 'accounts');
SELECT create_distributed_table('change_heads', 'owner_id', colocate_with => 'accounts');
SELECT create_distributed_table('todos', 'owner_id', colocate_with => 'accounts');
SELECT create_distributed_table('changes', 'owner_id', colocate_with => 'accounts');

-- Functions that statements call on the workers.
SELECT create_distributed_function(oid::regprocedure)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
  AND proname IN ('instant_json', 'time_json', 'json_diff', 'due_order')
ORDER BY array_position(ARRAY['instant_json', 'time_json', 'json_diff', 'due_order'], proname::text);
