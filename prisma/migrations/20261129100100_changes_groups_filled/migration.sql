-- lint: allow backfill, rows of the log are never updated: no writer waits for them
-- One call took one moment: an owner's changes of the same time become one group.
UPDATE "changes" SET "group_id" = md5("owner_id"::text || "at"::text)::uuid WHERE "group_id" IS NULL;
