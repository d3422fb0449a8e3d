-- What has expired is found by its time. Alone in its file: it must not run in a transaction.
CREATE INDEX CONCURRENTLY "changes_at_idx" ON "changes"("at");
