import { defineStatement } from './statement.ts'

type Args = {
  ownerId: string
  now: Date
  /** In the owner's time zone, YYYY-MM-DD. */
  today: string
  startOfToday: Date
  startOfTomorrow: Date
}

type Counts = {
  listId: string
  open: number
  completed: number
  overdue: number
  today: number
  upcoming: number
}

/** Counts the open and completed todos of each list, and its open todos in each smart view. */
export const countTodosByList = defineStatement<Args, Counts>(
  {
    ownerId: 'uuid',
    now: 'timestamptz',
    today: 'date',
    startOfToday: 'timestamptz',
    startOfTomorrow: 'timestamptz',
  },
  ($) => `
  SELECT l.id AS "listId", c.open, c.completed, c.overdue, c.today, c.upcoming
  FROM lists l
  CROSS JOIN LATERAL (
    SELECT
      count(*) FILTER (WHERE t.completed_at IS NULL)::int AS open,
      count(*) FILTER (WHERE t.completed_at IS NOT NULL)::int AS completed,
      count(*) FILTER (WHERE t.completed_at IS NULL AND (t.due_date < ${$.today} OR t.due_at < ${$.now}))::int AS overdue,
      count(*) FILTER (WHERE t.completed_at IS NULL AND (t.due_date = ${$.today}
        OR (t.due_at >= ${$.startOfToday} AND t.due_at < ${$.startOfTomorrow})))::int AS today,
      count(*) FILTER (WHERE t.completed_at IS NULL
        AND (t.due_date > ${$.today} OR t.due_at >= ${$.startOfTomorrow}))::int AS upcoming
    FROM todos t
    WHERE t.owner_id = ${$.ownerId} AND t.list_id = l.id AND t.deleted_at IS NULL
  ) c
  WHERE l.owner_id = ${$.ownerId} AND l.deleted_at IS NULL
  ORDER BY l.position, l.id`,
)
