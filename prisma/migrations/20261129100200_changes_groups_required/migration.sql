-- lint: allow not-null, the check of the same is valid
ALTER TABLE "changes" VALIDATE CONSTRAINT "changes_group_id_set";
ALTER TABLE "changes" VALIDATE CONSTRAINT "changes_actor";
ALTER TABLE "changes" ALTER COLUMN "group_id" SET NOT NULL;
ALTER TABLE "changes" DROP CONSTRAINT "changes_group_id_set";
