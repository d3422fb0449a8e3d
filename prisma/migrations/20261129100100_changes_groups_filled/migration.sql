-- lint: allow backfill, rows of the log are never updated; retention and the deletion of an account may wait for it once
-- One call took one moment: an owner's changes of the same time become one group. The digits make it a UUID of version 8.
UPDATE "changes"
SET "group_id" = overlay(overlay(md5("owner_id"::text || "at"::text) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid
WHERE "group_id" IS NULL;
