import { Prisma, TODOS, selectList } from '@todo/db'
import type { OwnerContext } from '../context.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { DomainError } from '../errors/domain-error.ts'
import { dayBounds } from './day-bounds.ts'
import { prefixQuery } from './prefix-query.ts'
import type { ListTodos, TodoPage } from './schemas.ts'
import { SORT_KEYS, cursorSchema } from './sort-keys.ts'
import { type TodoRow, toTodo } from './to-todo.ts'

const COLUMNS = Prisma.raw(selectList(TODOS, 't'))

type PageRow = TodoRow & { key: string }

/** A page of todos. A keyset cursor: the next page begins behind the last row, whatever was written meanwhile. */
export async function listTodos(ctx: OwnerContext, input: ListTodos): Promise<TodoPage> {
  const { sort, order, limit } = input
  const rows = await rowsOf(ctx, input)
  const items = rows.slice(0, limit).map(toTodo)
  const last = items.at(-1)
  const more = rows.length > limit && last
  return { items, nextCursor: more ? encodeCursor([sort, order, rows[limit - 1]?.key ?? '', last.id]) : null }
}

async function rowsOf(ctx: OwnerContext, input: ListTodos): Promise<PageRow[]> {
  const selective = await selectiveFilters(ctx, input)
  const others = otherFilters(input)
  const page = () => pageOf(ctx, input, [...selective, ...others])
  if (input.deleted || selective.length > 0) return ctx.run(page())
  // As an index holds them (page-plans.test.ts), so that no more rows are read than are given
  if (others.length === 0) return ctx.run({ ...page(), isLookup: true })

  const stretch = stretchOf(ctx, input, others)
  const rows = await ctx.run<PageRow & { is_cut: boolean }>({ ...stretch, isLookup: true })
  return rows.at(-1)?.is_cut ? ctx.run(page()) : rows
}

function pageOf(ctx: OwnerContext, input: ListTodos, filters: Prisma.Sql[]) {
  const { key, byKey } = orderOf(input)
  const { text, values } = Prisma.sql`
    SELECT ${COLUMNS}, (${key})::text AS key
    FROM todos t
    WHERE ${Prisma.join([...placeOf(ctx, input), ...filters], ' AND ')}
    ORDER BY ${byKey}
    LIMIT ${rowsFor(input.limit)}`
  return { text, values }
}

/** How many rows are looked at for a page before it is no longer a lookup; none of 500 that passes takes 0.5 ms. */
const STRETCH = Prisma.raw('500')

/** The page if it is among the first rows of its order. Else the last row is the last that was looked at: `is_cut`. */
function stretchOf(ctx: OwnerContext, input: ListTodos, filters: Prisma.Sql[]) {
  const { key, direction, byKey } = orderOf(input)
  const { text, values } = Prisma.sql`
    SELECT ${COLUMNS}, t.key::text AS key, t.number = ${STRETCH} AS is_cut
    FROM (
      SELECT t.*, ${key} AS key, row_number() OVER (ORDER BY ${byKey}) AS number
      FROM todos t
      WHERE ${Prisma.join(placeOf(ctx, input), ' AND ')}
      ORDER BY ${byKey}
      LIMIT ${STRETCH}
    ) t
    WHERE ${Prisma.join(filters, ' AND ')} OR t.number = ${STRETCH}
    ORDER BY t.key ${direction}, t.id ${direction}
    LIMIT ${rowsFor(input.limit)}`
  return { text, values }
}

function orderOf({ sort, order }: ListTodos) {
  const [key, direction] = [Prisma.raw(SORT_KEYS[sort].key), Prisma.raw(order)]
  return { key, direction, byKey: Prisma.sql`${key} ${direction}, t.id ${direction}` }
}

/**
 * Literally in the statement: of a number to come Postgres expects a tenth of the table, and would rather plan afresh each
 * time. In three sizes, so that statements stay few.
 */
function rowsFor(limit: number): Prisma.Sql {
  const rows = [21, 51, 101].find((size) => size > limit) ?? limit + 1
  return Prisma.raw(String(rows))
}

/** Where the page begins in the order of an index. */
function placeOf({ ownerId }: OwnerContext, input: ListTodos): Prisma.Sql[] {
  const { listId, deleted, cursor, sort, order } = input
  const where = [
    Prisma.sql`t.owner_id = ${ownerId}::uuid`,
    deleted ? Prisma.sql`t.deleted_at IS NOT NULL` : Prisma.sql`t.deleted_at IS NULL`,
  ]
  if (listId !== undefined) where.push(Prisma.sql`t.list_id = ${listId}::uuid`)
  if (cursor !== undefined) {
    const { key, type } = SORT_KEYS[sort]
    const [, , lastKey, lastId] = decodeCursor('cursor', cursor, cursorSchema(input))
    const beyond = Prisma.raw(order === 'asc' ? '>' : '<')
    where.push(
      Prisma.sql`(${Prisma.raw(key)}, t.id) ${beyond} (${lastKey}::${Prisma.raw(type)}, ${lastId}::uuid)`,
    )
  }
  return where
}

/** Those that many todos may pass, and no index serves: todos are best read in their order and looked at. */
function otherFilters({ priority, completed }: ListTodos): Prisma.Sql[] {
  const where: Prisma.Sql[] = []
  if (priority !== undefined) where.push(Prisma.sql`t.priority = ${priority}::smallint`)
  if (completed !== undefined)
    where.push(completed ? Prisma.sql`t.completed_at IS NOT NULL` : Prisma.sql`t.completed_at IS NULL`)
  return where
}

/** Those that few todos pass: they may have an index of their own, and the planner says by which to read. */
async function selectiveFilters(ctx: OwnerContext, input: ListTodos): Promise<Prisma.Sql[]> {
  const { parentId, labelId, text } = input
  const where: Prisma.Sql[] = []
  if (parentId !== undefined) where.push(Prisma.sql`t.parent_id = ${parentId}::uuid`)
  if (labelId !== undefined)
    where.push(Prisma.sql`t.label_ids <> '{}' AND t.label_ids @> ARRAY[${labelId}::uuid]`)
  if (text !== undefined) {
    where.push(
      Prisma.sql`to_tsvector('todo_text', t.title || ' ' || t.description) @@ to_tsquery('todo_text', ${prefixQuery(text)})`,
    )
  }
  return [...where, ...(await dueFilters(ctx, input))]
}

async function dueFilters(ctx: OwnerContext, { due, dueFrom, dueTo }: ListTodos): Promise<Prisma.Sql[]> {
  if (due === undefined && dueFrom === undefined && dueTo === undefined) return []
  const account = await ctx.db.account.findUnique({
    where: { ownerId: ctx.ownerId },
    select: { timeZone: true },
  })
  if (!account) throw new DomainError('ACCOUNT_NOT_FOUND')
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
