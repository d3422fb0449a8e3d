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

/** Reads a page of todos. The cursor is a keyset: the next page begins after the last row, even if todos have changed. */
export async function listTodos(ctx: OwnerContext, input: ListTodos): Promise<TodoPage> {
  const { sort, order, limit } = input
  const rows = await readRows(ctx, input)
  const items = rows.slice(0, limit).map(toTodo)
  const last = items.at(-1)
  const more = rows.length > limit && last
  return { items, nextCursor: more ? encodeCursor([sort, order, rows[limit - 1]?.key ?? '', last.id]) : null }
}

async function readRows(ctx: OwnerContext, input: ListTodos): Promise<PageRow[]> {
  const indexed = await indexedFilters(ctx, input)
  const scanned = scanFilters(input)
  const page = () => pageOf(ctx, input, [...indexed, ...scanned])
  if (input.deleted || indexed.length > 0) return ctx.run(page())
  // An index has the todos in this order (page-plans.test.ts), so only the rows of the page are read.
  if (scanned.length === 0) return ctx.run({ ...page(), isLookup: true })

  const lookup = lookupOf(ctx, input, scanned)
  const rows = await ctx.run<PageRow & { reached_limit: boolean }>({ ...lookup, isLookup: true })
  return rows.at(-1)?.reached_limit ? ctx.run(page()) : rows
}

function pageOf(ctx: OwnerContext, input: ListTodos, filters: Prisma.Sql[]) {
  const { key, byKey } = orderOf(input)
  const { text, values } = Prisma.sql`
    SELECT ${COLUMNS}, (${key})::text AS key
    FROM todos t
    WHERE ${Prisma.join([...rangeOf(ctx, input), ...filters], ' AND ')}
    ORDER BY ${byKey}
    LIMIT ${rowsFor(input.limit)}`
  return { text, values }
}

/** How many rows a lookup may scan for a page. Scanning 500 rows without a match takes half a millisecond. */
const SCANNED_ROWS = Prisma.raw('500')

/**
 * Scans the first rows in order. If they do not fill the page, the last row is the last one scanned (`reached_limit`): there
 * may be more matches behind it.
 */
function lookupOf(ctx: OwnerContext, input: ListTodos, filters: Prisma.Sql[]) {
  const { key, direction, byKey } = orderOf(input)
  const { text, values } = Prisma.sql`
    SELECT ${COLUMNS}, t.key::text AS key, t.number = ${SCANNED_ROWS} AS reached_limit
    FROM (
      SELECT t.*, ${key} AS key, row_number() OVER (ORDER BY ${byKey}) AS number
      FROM todos t
      WHERE ${Prisma.join(rangeOf(ctx, input), ' AND ')}
      ORDER BY ${byKey}
      LIMIT ${SCANNED_ROWS}
    ) t
    WHERE ${Prisma.join(filters, ' AND ')} OR t.number = ${SCANNED_ROWS}
    ORDER BY t.key ${direction}, t.id ${direction}
    LIMIT ${rowsFor(input.limit)}`
  return { text, values }
}

function orderOf({ sort, order }: ListTodos) {
  const [key, direction] = [Prisma.raw(SORT_KEYS[sort].key), Prisma.raw(order)]
  return { key, direction, byKey: Prisma.sql`${key} ${direction}, t.id ${direction}` }
}

/**
 * A literal in the statement: for a parameter, Postgres would assume a tenth of the table and plan each call again. There
 * are three sizes, so that there are few statements.
 */
function rowsFor(limit: number): Prisma.Sql {
  const rows = [21, 51, 101].find((size) => size > limit) ?? limit + 1
  return Prisma.raw(String(rows))
}

/** The index range that the page is read from: by owner, trash and list, after the cursor. */
function rangeOf({ ownerId }: OwnerContext, input: ListTodos): Prisma.Sql[] {
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

/** Filters that many todos may match and that have no index: the todos are scanned in order. */
function scanFilters({ priority, completed }: ListTodos): Prisma.Sql[] {
  const where: Prisma.Sql[] = []
  if (priority !== undefined) where.push(Prisma.sql`t.priority = ${priority}::smallint`)
  if (completed !== undefined)
    where.push(completed ? Prisma.sql`t.completed_at IS NOT NULL` : Prisma.sql`t.completed_at IS NULL`)
  return where
}

/** Filters that few todos match and that may have an index of their own: the planner chooses. */
async function indexedFilters(ctx: OwnerContext, input: ListTodos): Promise<Prisma.Sql[]> {
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
