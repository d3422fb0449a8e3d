-- Adds a todo at the end of its list (without listId, of the Inbox) and logs the change. No row: there is no such
-- list, or it is in the trash. An id that is in use is a unique violation. The position is the change's sequence
-- number, which is above every position there is. Columns one by one: jsonb_populate_record costs a tenth of it all.
-- @param {String} $1:ownerId
-- @param {String} $2:id
-- @param {DateTime} $3:now
-- @param {String} $4:listId?
-- @param {String} $5:parentId?
-- @param {Int} $6:depth
-- @param {String} $7:title
-- @param {String} $8:description
-- @param $9:labelIds
-- @param {Int} $10:priority
-- @param {String} $11:startDate?
-- @param {String} $12:startAt?
-- @param {String} $13:startZone?
-- @param {String} $14:dueDate?
-- @param {String} $15:dueAt?
-- @param {String} $16:dueZone?
WITH head AS MATERIALIZED (
  SELECT seq FROM change_heads WHERE owner_id = $1::uuid FOR UPDATE
), added AS (
  INSERT INTO todos AS t (
    owner_id, id, list_id, parent_id, depth, title, description, label_ids, priority,
    start_date, start_at, start_zone, due_date, due_at, due_zone, position, created_at, updated_at
  )
  SELECT
    $1::uuid, $2::uuid, list.id, $5::uuid, $6::smallint, $7::text, $8::text, $9::uuid[], $10::smallint,
    $11::date, $12::timestamptz, $13::text, $14::date, $15::timestamptz, $16::text, list.seq + 1,
    $3::timestamptz, $3::timestamptz
  FROM (
    SELECT l.id, head.seq
    FROM head CROSS JOIN lists l
    WHERE l.owner_id = $1::uuid AND l.deleted_at IS NULL
      AND CASE WHEN $4::uuid IS NULL THEN l.is_inbox ELSE l.id = $4::uuid END
    FOR SHARE OF l
  ) list
  RETURNING t.*
), shown AS (
  SELECT t.list_id, todo_json(
    t.id, t.list_id, t.parent_id, t.title, t.description, t.label_ids, t.priority, t.start_date, t.start_at,
    t.start_zone, t.due_date, t.due_at, t.due_zone, t.position, t.completed_at, t.deleted_at, t.created_at,
    t.updated_at, t.version
  ) AS todo
  FROM added t
), bumped AS (
  UPDATE change_heads h SET seq = h.seq + 1 FROM added WHERE h.owner_id = $1::uuid RETURNING h.seq
), logged AS (
  INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, after)
  SELECT $1::uuid, bumped.seq, shown.list_id, 'todo', $2::uuid, 'create', 1, $1::uuid, $3::timestamptz, shown.todo
  FROM shown CROSS JOIN bumped
)
SELECT todo FROM shown
