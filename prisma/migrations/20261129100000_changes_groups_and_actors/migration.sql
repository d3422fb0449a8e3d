-- What one call changed has one group_id. The version that still serves inserts rows without it: they get the default.
ALTER TABLE "changes" ADD COLUMN "group_id" UUID,
  ADD COLUMN "actor_kind" TEXT NOT NULL DEFAULT 'user',
  ALTER COLUMN "actor_id" DROP NOT NULL;
ALTER TABLE "changes" ALTER COLUMN "group_id" SET DEFAULT gen_random_uuid();

ALTER TABLE "changes"
  ADD CONSTRAINT "changes_group_id_set" CHECK ("group_id" IS NOT NULL) NOT VALID,
  ADD CONSTRAINT "changes_actor" CHECK ("actor_kind" IN ('user', 'system') AND ("actor_kind" = 'system' OR "actor_id" IS NOT NULL)) NOT VALID;
