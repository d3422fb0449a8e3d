-- Changes todos by a record of columns and logs each change. Rows that would stay as they are, are not written.
-- ROW(t.*)::todos is t, which on Citus would be of its shard's type.
-- One row per todo that was found, as it is now; `matched` tells whether it had the wanted version.
-- @param {String} $1:ownerId
-- @param $2:ids
-- @param {Json} $3:columns by column name; absent ones stay
-- @param {Int} $4:ifVersion?
-- @param {Boolean} $5:isOpen? change only what is (not) open
-- @param {Boolean} $6:isDeleted? find only what is (not) in the trash
-- @param {String} $7:removeLabelId?
-- @param {DateTime} $8:now
WITH head AS MATERIALIZED (
  SELECT seq FROM change_heads WHERE owner_id = $1::uuid FOR UPDATE
), old AS MATERIALIZED (
  SELECT ROW(t.*)::todos AS was, t.id, t.version, t.completed_at, t.label_ids, todo_json(
    t.id, t.list_id, t.parent_id, t.title, t.description, t.label_ids, t.priority, t.start_date, t.start_at,
    t.start_zone, t.due_date, t.due_at, t.due_zone, t.position, t.completed_at, t.deleted_at, t.created_at,
    t.updated_at, t.version
  ) AS todo
  FROM head CROSS JOIN todos t
  WHERE t.owner_id = $1::uuid AND t.id = ANY($2::uuid[])
    AND ($6::boolean IS NULL OR (t.deleted_at IS NOT NULL) = $6::boolean)
  FOR UPDATE OF t
), changed AS (
  UPDATE todos t SET
    list_id = r.list_id, parent_id = r.parent_id, depth = r.depth, title = r.title, description = r.description,
    label_ids = array_remove(r.label_ids, $7::uuid), priority = r.priority,
    start_date = r.start_date, start_at = r.start_at, start_zone = r.start_zone,
    due_date = r.due_date, due_at = r.due_at, due_zone = r.due_zone,
    position = r.position, completed_at = r.completed_at, deleted_at = r.deleted_at,
    version = t.version + 1, updated_at = $8::timestamptz
  FROM old CROSS JOIN LATERAL jsonb_populate_record(old.was, $3::jsonb) r
  WHERE t.owner_id = $1::uuid AND t.id = old.id
    AND ($4::int IS NULL OR old.version = $4::int)
    AND ($5::boolean IS NULL OR (old.completed_at IS NULL) = $5::boolean)
    AND (r IS DISTINCT FROM old.was OR $7::uuid = ANY(old.label_ids))
  RETURNING t.*
), numbered AS (
  SELECT t.id, t.list_id, t.version, row_number() OVER (ORDER BY t.id) AS n, todo_json(
    t.id, t.list_id, t.parent_id, t.title, t.description, t.label_ids, t.priority, t.start_date, t.start_at,
    t.start_zone, t.due_date, t.due_at, t.due_zone, t.position, t.completed_at, t.deleted_at, t.created_at,
    t.updated_at, t.version
  ) AS todo
  FROM changed t
), bumped AS (
  UPDATE change_heads h SET seq = h.seq + c.count
  FROM (SELECT count(*) FROM changed) c
  WHERE h.owner_id = $1::uuid AND c.count > 0
  RETURNING h.seq - c.count AS base
), logged AS (
  INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, before, after)
  SELECT $1::uuid, bumped.base + n.n, n.list_id, 'todo', n.id, 'update', n.version, $1::uuid, $8::timestamptz,
    json_diff(old.todo, n.todo), json_diff(n.todo, old.todo)
  FROM bumped CROSS JOIN numbered n JOIN old ON old.id = n.id
)
SELECT COALESCE(n.todo, old.todo) AS todo, ($4::int IS NULL OR old.version = $4::int) AS matched
FROM old LEFT JOIN numbered n ON n.id = old.id
