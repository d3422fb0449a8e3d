ALTER TABLE "sessions" VALIDATE CONSTRAINT "sessions_owner_id_fkey";
ALTER TABLE "lists" VALIDATE CONSTRAINT "lists_owner_id_fkey";
ALTER TABLE "access" VALIDATE CONSTRAINT "access_owner_id_list_id_fkey";
ALTER TABLE "labels" VALIDATE CONSTRAINT "labels_owner_id_fkey";
ALTER TABLE "change_heads" VALIDATE CONSTRAINT "change_heads_owner_id_fkey";
