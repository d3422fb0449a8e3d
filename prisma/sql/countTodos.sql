-- Open and completed todos of each list, and its open ones in each smart view.
-- @param {String} $1:ownerId
-- @param {DateTime} $2:now
-- @param {String} $3:today in the owner's zone, YYYY-MM-DD
-- @param {DateTime} $4:startOfToday
-- @param {DateTime} $5:startOfTomorrow
SELECT l.id AS "listId", c.open, c.completed, c.overdue, c.today, c.upcoming
FROM lists l
CROSS JOIN LATERAL (
  SELECT
    count(*) FILTER (WHERE t.completed_at IS NULL)::int AS open,
    count(*) FILTER (WHERE t.completed_at IS NOT NULL)::int AS completed,
    count(*) FILTER (WHERE t.completed_at IS NULL AND (t.due_date < $3::date OR t.due_at < $2::timestamptz))::int AS overdue,
    count(*) FILTER (WHERE t.completed_at IS NULL AND (t.due_date = $3::date
      OR (t.due_at >= $4::timestamptz AND t.due_at < $5::timestamptz)))::int AS today,
    count(*) FILTER (WHERE t.completed_at IS NULL AND (t.due_date > $3::date OR t.due_at >= $5::timestamptz))::int AS upcoming
  FROM todos t
  WHERE t.owner_id = $1::uuid AND t.list_id = l.id AND t.deleted_at IS NULL
) c
WHERE l.owner_id = $1::uuid AND l.deleted_at IS NULL
ORDER BY l.position, l.id
