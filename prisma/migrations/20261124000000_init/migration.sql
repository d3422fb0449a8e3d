-- CreateTable
CREATE TABLE "account_emails" (
    "email" TEXT NOT NULL,
    "owner_id" UUID NOT NULL,

    CONSTRAINT "account_emails_pkey" PRIMARY KEY ("email")
);

-- CreateTable
CREATE TABLE "accounts" (
    "owner_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("owner_id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "owner_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "family_hash" BYTEA NOT NULL,
    "current_hash" BYTEA NOT NULL,
    "previous_hash" BYTEA,
    "rotation_salt" BYTEA,
    "rotated_at" TIMESTAMPTZ(3),
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("owner_id","id")
);

-- CreateTable
CREATE TABLE "session_revocations" (
    "owner_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "revoked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_revocations_pkey" PRIMARY KEY ("owner_id","session_id")
);

-- CreateTable
CREATE TABLE "lists" (
    "owner_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "colour" TEXT,
    "position" DOUBLE PRECISION NOT NULL,
    "is_inbox" BOOLEAN NOT NULL DEFAULT false,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "lists_pkey" PRIMARY KEY ("owner_id","id")
);

-- CreateTable
CREATE TABLE "access" (
    "member_id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "list_id" UUID NOT NULL,
    "role" TEXT NOT NULL,

    CONSTRAINT "access_pkey" PRIMARY KEY ("member_id","owner_id","list_id")
);

-- CreateTable
CREATE TABLE "todos" (
    "owner_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "list_id" UUID NOT NULL,
    "parent_id" UUID,
    "depth" SMALLINT NOT NULL DEFAULT 0,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "label_ids" UUID[] NOT NULL DEFAULT ARRAY[]::UUID[],
    "priority" SMALLINT NOT NULL DEFAULT 0,
    "start_date" DATE,
    "start_at" TIMESTAMPTZ(3),
    "start_zone" TEXT,
    "due_date" DATE,
    "due_at" TIMESTAMPTZ(3),
    "due_zone" TEXT,
    "position" DOUBLE PRECISION NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "todos_pkey" PRIMARY KEY ("owner_id","id")
);

-- CreateTable
CREATE TABLE "labels" (
    "owner_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "colour" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "labels_pkey" PRIMARY KEY ("owner_id","id")
);

-- CreateTable
CREATE TABLE "change_heads" (
    "owner_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "change_heads_pkey" PRIMARY KEY ("owner_id")
);

-- CreateTable
CREATE TABLE "changes" (
    "owner_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "list_id" UUID,
    "entity" TEXT NOT NULL,
    "entity_id" UUID NOT NULL,
    "op" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "actor_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "changes_pkey" PRIMARY KEY ("owner_id","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "account_emails_owner_id_key" ON "account_emails"("owner_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "session_revocations_revoked_at_idx" ON "session_revocations"("revoked_at");

-- CreateIndex
CREATE INDEX "access_owner_id_list_id_idx" ON "access"("owner_id", "list_id");

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lists" ADD CONSTRAINT "lists_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access" ADD CONSTRAINT "access_owner_id_list_id_fkey" FOREIGN KEY ("owner_id", "list_id") REFERENCES "lists"("owner_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "todos" ADD CONSTRAINT "todos_owner_id_list_id_fkey" FOREIGN KEY ("owner_id", "list_id") REFERENCES "lists"("owner_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "todos" ADD CONSTRAINT "todos_owner_id_parent_id_fkey" FOREIGN KEY ("owner_id", "parent_id") REFERENCES "todos"("owner_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "labels" ADD CONSTRAINT "labels_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "change_heads" ADD CONSTRAINT "change_heads_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "accounts"("owner_id") ON DELETE CASCADE ON UPDATE CASCADE;


-- ---------------------------------------------------------------------------------------------------------------
-- From here on: what Prisma's schema language cannot say. `prisma migrate diff` does not look at these.
-- ---------------------------------------------------------------------------------------------------------------

-- Text: accents do not matter to the search, and it stems no language.
CREATE EXTENSION IF NOT EXISTS "unaccent";
CREATE EXTENSION IF NOT EXISTS "btree_gin";
CREATE TEXT SEARCH CONFIGURATION "todo_text" (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION "todo_text"
  ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword, hword_part, hword_asciipart, hword_numpart
  WITH unaccent, simple;

-- Rules that no verb may break
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "todos"
  ADD CONSTRAINT "todos_title_length" CHECK (char_length("title") BETWEEN 1 AND 500),
  ADD CONSTRAINT "todos_priority_range" CHECK ("priority" BETWEEN 0 AND 4),
  ADD CONSTRAINT "todos_depth_range" CHECK ("depth" BETWEEN 0 AND 2),
  ADD CONSTRAINT "todos_depth_parent" CHECK (("depth" = 0) = ("parent_id" IS NULL)),
  ADD CONSTRAINT "todos_start_kind" CHECK (("start_date" IS NULL OR "start_at" IS NULL) AND ("start_at" IS NULL) = ("start_zone" IS NULL)),
  ADD CONSTRAINT "todos_due_kind" CHECK (("due_date" IS NULL OR "due_at" IS NULL) AND ("due_at" IS NULL) = ("due_zone" IS NULL));
ALTER TABLE "changes" ADD CONSTRAINT "changes_op" CHECK ("op" IN ('create', 'update', 'delete'));

CREATE UNIQUE INDEX "lists_inbox_key" ON "lists" ("owner_id") WHERE "is_inbox";
CREATE UNIQUE INDEX "labels_name_key" ON "labels" ("owner_id", lower("name"));

-- The order of due times: by the wall clock of the owner's day, a date at the start of its day, without due time last.
CREATE FUNCTION "due_order"(due_date date, due_at timestamptz, due_zone text) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN COALESCE(due_date::timestamp, due_at AT TIME ZONE due_zone, 'infinity'::timestamp);

-- Pages by keyset, of everything and of one list, for each order that the API offers
CREATE INDEX "todos_by_position" ON "todos" ("owner_id", "position", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_by_due" ON "todos" ("owner_id", (due_order("due_date", "due_at", "due_zone")), "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_by_priority" ON "todos" ("owner_id", "priority", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_by_created" ON "todos" ("owner_id", "created_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_by_updated" ON "todos" ("owner_id", "updated_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_by_title" ON "todos" ("owner_id", "title" COLLATE "und-x-icu", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_in_list_by_position" ON "todos" ("owner_id", "list_id", "position", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_in_list_by_due" ON "todos" ("owner_id", "list_id", (due_order("due_date", "due_at", "due_zone")), "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_in_list_by_priority" ON "todos" ("owner_id", "list_id", "priority", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_in_list_by_created" ON "todos" ("owner_id", "list_id", "created_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_in_list_by_updated" ON "todos" ("owner_id", "list_id", "updated_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "todos_in_list_by_title" ON "todos" ("owner_id", "list_id", "title" COLLATE "und-x-icu", "id") WHERE "deleted_at" IS NULL;

CREATE INDEX "todos_trash" ON "todos" ("owner_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "todos_list" ON "todos" ("owner_id", "list_id");
CREATE INDEX "todos_parent" ON "todos" ("owner_id", "parent_id") WHERE "parent_id" IS NOT NULL;
CREATE INDEX "todos_labels" ON "todos" USING gin ("owner_id", "label_ids") WHERE "label_ids" <> '{}';
CREATE INDEX "todos_text" ON "todos" USING gin ("owner_id", to_tsvector('todo_text', "title" || ' ' || "description"));
CREATE INDEX "todos_open_due" ON "todos" ("owner_id", (due_order("due_date", "due_at", "due_zone")))
  WHERE "deleted_at" IS NULL AND "completed_at" IS NULL AND ("due_date" IS NOT NULL OR "due_at" IS NOT NULL);

-- Rows as the API shows them. Columns are named one by one, so that a new column is shown only when it is added here.
CREATE FUNCTION "instant_json"(t timestamptz) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

CREATE FUNCTION "time_json"(d date, t timestamptz, zone text) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE
    WHEN d IS NOT NULL THEN jsonb_build_object('date', d)
    WHEN t IS NOT NULL THEN jsonb_build_object('at', instant_json(t), 'timeZone', zone)
  END;

CREATE FUNCTION "todo_json"(t "todos") RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN jsonb_build_object(
    'id', t.id,
    'listId', t.list_id,
    'parentId', t.parent_id,
    'title', t.title,
    'description', t.description,
    'labelIds', t.label_ids,
    'priority', t.priority,
    'start', time_json(t.start_date, t.start_at, t.start_zone),
    'due', time_json(t.due_date, t.due_at, t.due_zone),
    'position', t.position,
    'completedAt', instant_json(t.completed_at),
    'deletedAt', instant_json(t.deleted_at),
    'createdAt', instant_json(t.created_at),
    'updatedAt', instant_json(t.updated_at),
    'version', t.version
  );

-- The fields of a that b has not, or has with another value: changes.before is this of (old, new), changes.after of (new, old).
CREATE FUNCTION "json_diff"(a jsonb, b jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (
    SELECT COALESCE(jsonb_object_agg(key, value), '{}')
    FROM jsonb_each(a)
    WHERE key NOT IN ('version', 'updatedAt') AND b -> key IS DISTINCT FROM value
  );
