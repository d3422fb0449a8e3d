-- Deletes todos for good and logs each with its last state. One row per todo that was deleted.
-- @param {String} $1:ownerId
-- @param $2:ids
-- @param {DateTime} $3:now
WITH head AS MATERIALIZED (
  SELECT seq FROM change_heads WHERE owner_id = $1::uuid FOR UPDATE
), deleted AS (
  DELETE FROM todos t USING head
  WHERE t.owner_id = $1::uuid AND t.id = ANY($2::uuid[])
  RETURNING t.*
), numbered AS (
  SELECT t.id, t.list_id, t.version, row_number() OVER (ORDER BY t.id) AS n, todo_json(
    t.id, t.list_id, t.parent_id, t.title, t.description, t.label_ids, t.priority, t.start_date, t.start_at,
    t.start_zone, t.due_date, t.due_at, t.due_zone, t.position, t.completed_at, t.deleted_at, t.created_at,
    t.updated_at, t.version
  ) AS todo
  FROM deleted t
), bumped AS (
  UPDATE change_heads h SET seq = h.seq + c.count
  FROM (SELECT count(*) FROM deleted) c
  WHERE h.owner_id = $1::uuid AND c.count > 0
  RETURNING h.seq - c.count AS base
), logged AS (
  INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, before)
  SELECT $1::uuid, bumped.base + n.n, n.list_id, 'todo', n.id, 'delete', n.version + 1, $1::uuid, $3::timestamptz, n.todo
  FROM bumped CROSS JOIN numbered n
)
SELECT id FROM deleted
