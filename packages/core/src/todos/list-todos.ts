import { Prisma } from '@todo/db'
import type { UserContext } from '../context.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { dayBounds } from './day-bounds.ts'
import { prefixQuery } from './prefix-query.ts'
import type { ListTodos, TodoPage } from './schemas.ts'
import { SORT_KEYS, cursorSchema } from './sort-keys.ts'
import { TODO_COLUMNS, type TodoRow, toTodo } from './to-todo.ts'

/** A page of todos. A keyset cursor: the next page begins behind the last row, whatever was written meanwhile. */
export async function listTodos(ctx: UserContext, input: ListTodos): Promise<TodoPage> {
  const { sort, order, limit } = input
  const { key, type } = SORT_KEYS[sort]
  const direction = Prisma.raw(order)
  const filters = await filtersOf(ctx, input)
  const where = [...placeOf(ctx, input), ...filters, ...after(input)]
  // As an index holds them (page-plans.test.ts), so that no more rows are read than are given
  const isLookup = filters.length === 0 && !input.deleted

  const { text, values } = Prisma.sql`
    SELECT ${TODO_COLUMNS}, (${Prisma.raw(key)})::text AS key
    FROM todos t
    WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY ${Prisma.raw(key)} ${direction}, t.id ${direction}
    LIMIT ${rowsFor(limit)}`
  const rows = await ctx.run<TodoRow & { key: string }>({ text, values, isLookup })
  const items = rows.slice(0, limit).map(toTodo)
  const last = items.at(-1)
  const more = rows.length > limit && last
  return { items, nextCursor: more ? encodeCursor([sort, order, rows[limit - 1]?.key ?? '', last.id]) : null }

  function after({ cursor }: ListTodos): Prisma.Sql[] {
    if (cursor === undefined) return []
    const [, , lastKey, lastId] = decodeCursor(cursor, cursorSchema(input))
    const beyond = Prisma.raw(order === 'asc' ? '>' : '<')
    return [
      Prisma.sql`(${Prisma.raw(key)}, t.id) ${beyond} (${lastKey}::${Prisma.raw(type)}, ${lastId}::uuid)`,
    ]
  }
}

/**
 * Literally in the statement: of a number to come Postgres expects a tenth of the table, and would rather plan afresh each
 * time. In three sizes, so that statements stay few.
 */
function rowsFor(limit: number): Prisma.Sql {
  const rows = [21, 51, 101].find((size) => size > limit) ?? limit + 1
  return Prisma.raw(String(rows))
}

function placeOf({ user }: UserContext, { listId, deleted }: ListTodos): Prisma.Sql[] {
  const where = [
    Prisma.sql`t.owner_id = ${user.id}::uuid`,
    deleted ? Prisma.sql`t.deleted_at IS NOT NULL` : Prisma.sql`t.deleted_at IS NULL`,
  ]
  if (listId !== undefined) where.push(Prisma.sql`t.list_id = ${listId}::uuid`)
  return where
}

async function filtersOf(ctx: UserContext, input: ListTodos): Promise<Prisma.Sql[]> {
  const { parentId, labelId, priority, completed, text } = input
  const where: Prisma.Sql[] = []
  if (parentId !== undefined) where.push(Prisma.sql`t.parent_id = ${parentId}::uuid`)
  if (labelId !== undefined)
    where.push(Prisma.sql`t.label_ids <> '{}' AND t.label_ids @> ARRAY[${labelId}::uuid]`)
  if (priority !== undefined) where.push(Prisma.sql`t.priority = ${priority}::smallint`)
  if (completed !== undefined)
    where.push(completed ? Prisma.sql`t.completed_at IS NOT NULL` : Prisma.sql`t.completed_at IS NULL`)
  if (text !== undefined) {
    where.push(
      Prisma.sql`to_tsvector('todo_text', t.title || ' ' || t.description) @@ to_tsquery('todo_text', ${prefixQuery(text)})`,
    )
  }
  return [...where, ...(await dueFilters(ctx, input))]
}

async function dueFilters(ctx: UserContext, { due, dueFrom, dueTo }: ListTodos): Promise<Prisma.Sql[]> {
  if (due === undefined && dueFrom === undefined && dueTo === undefined) return []
  const account = await ctx.db.account.findUniqueOrThrow({
    where: { ownerId: ctx.user.id },
    select: { timeZone: true },
  })
  const now = ctx.now()
  const { today, startOfToday, startOfTomorrow } = dayBounds(now, account.timeZone)
  const where: Prisma.Sql[] = []
  if (due === 'overdue') where.push(Prisma.sql`(t.due_date < ${today}::date OR t.due_at < ${now})`)
  if (due === 'today') {
    where.push(
      Prisma.sql`(t.due_date = ${today}::date OR (t.due_at >= ${startOfToday} AND t.due_at < ${startOfTomorrow}))`,
    )
  }
  if (due === 'upcoming')
    where.push(Prisma.sql`(t.due_date > ${today}::date OR t.due_at >= ${startOfTomorrow})`)
  const day = Prisma.sql`COALESCE(t.due_date, (t.due_at AT TIME ZONE ${account.timeZone})::date)`
  if (dueFrom !== undefined) where.push(Prisma.sql`${day} >= ${dueFrom}::date`)
  if (dueTo !== undefined) where.push(Prisma.sql`${day} <= ${dueTo}::date`)
  return where
}
