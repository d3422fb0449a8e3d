-- An owner's id never changes. ON UPDATE CASCADE said that it might, which Citus refuses in the key it distributes by.
-- Each constraint is replaced in one transaction, and checked by the next migration.
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_owner_id_fkey",
  ADD CONSTRAINT "sessions_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID;
ALTER TABLE "lists" DROP CONSTRAINT "lists_owner_id_fkey",
  ADD CONSTRAINT "lists_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID;
ALTER TABLE "access" DROP CONSTRAINT "access_owner_id_list_id_fkey",
  ADD CONSTRAINT "access_owner_id_list_id_fkey" FOREIGN KEY ("owner_id", "list_id") REFERENCES "lists"("owner_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID;
ALTER TABLE "labels" DROP CONSTRAINT "labels_owner_id_fkey",
  ADD CONSTRAINT "labels_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID;
ALTER TABLE "change_heads" DROP CONSTRAINT "change_heads_owner_id_fkey",
  ADD CONSTRAINT "change_heads_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID;
