-- Spreads a migrated database over the workers of a Citus cluster: run it once, on the coordinator, in the database
-- of the service (docs/scaling.md). One owner's rows lie together on one worker, in colocated shards, so that every
-- statement of a request, its joins and its foreign keys stay there.
--
-- On every node: account_emails, as an address is unique over all owners, and session_revocations, of which every
-- instance asks for the newest of all owners. On the coordinator alone: wal_timeline and _prisma_migrations.

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

-- What statements call on the workers.
SELECT create_distributed_function(oid::regprocedure)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
  AND proname IN ('instant_json', 'time_json', 'json_diff', 'due_order')
ORDER BY array_position(ARRAY['instant_json', 'time_json', 'json_diff', 'due_order'], proname::text);
