-- Alone in its file: it must not run in a transaction.
CREATE INDEX CONCURRENTLY "changes_group" ON "changes"("owner_id", "group_id");
