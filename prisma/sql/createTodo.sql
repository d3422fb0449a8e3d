-- Adds a todo at the end of its list (without listId, of the Inbox) and logs the change. No row: there is no such
-- list, or it is in the trash. `todo` is null when the id is taken. The position is the change's sequence number,
-- which is above every position there is.
-- @param {String} $1:ownerId
-- @param {String} $2:id
-- @param {String} $3:listId?
-- @param {Json} $4:columns by column name, with a value for each that has a default
-- @param {DateTime} $5:now
WITH head AS MATERIALIZED (
  SELECT seq FROM change_heads WHERE owner_id = $1::uuid FOR UPDATE
), list AS MATERIALIZED (
  SELECT l.id
  FROM head CROSS JOIN lists l
  WHERE l.owner_id = $1::uuid AND l.deleted_at IS NULL
    AND CASE WHEN $3::uuid IS NULL THEN l.is_inbox ELSE l.id = $3::uuid END
  FOR SHARE OF l
), added AS (
  INSERT INTO todos AS t (
    owner_id, id, list_id, parent_id, depth, title, description, label_ids, priority,
    start_date, start_at, start_zone, due_date, due_at, due_zone, position, created_at, updated_at
  )
  SELECT
    $1::uuid, $2::uuid, list.id, c.parent_id, c.depth, c.title, c.description, c.label_ids, c.priority,
    c.start_date, c.start_at, c.start_zone, c.due_date, c.due_at, c.due_zone, head.seq + 1, $5::timestamptz, $5::timestamptz
  FROM head CROSS JOIN list CROSS JOIN jsonb_populate_record(NULL::todos, $4::jsonb) c
  ON CONFLICT (owner_id, id) DO NOTHING
  RETURNING t.list_id, todo_json(t) AS todo
), bumped AS (
  UPDATE change_heads h SET seq = h.seq + 1 FROM added WHERE h.owner_id = $1::uuid RETURNING h.seq
), logged AS (
  INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, after)
  SELECT $1::uuid, bumped.seq, added.list_id, 'todo', $2::uuid, 'create', 1, $1::uuid, $5::timestamptz, added.todo
  FROM added CROSS JOIN bumped
)
SELECT added.todo FROM list LEFT JOIN added ON true
