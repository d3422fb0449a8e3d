// Prepared statements: https://orm.drizzle.team/docs/perf-queries. Filters: https://orm.drizzle.team/docs/guides/conditional-filters-in-query.
// Pages: https://orm.drizzle.team/docs/guides/cursor-based-pagination. Search: https://orm.drizzle.team/docs/guides/postgresql-full-text-search.
import { type SQL, and, asc, desc, eq, gt, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { db } from './database.ts'
import type { ListTodos } from './schemas.ts'
import { type TodoRow, todos } from './tables.ts'
import { toTodo } from './todo-row.ts'

const todoById = db
  .select()
  .from(todos)
  .where(and(eq(todos.ownerId, sql.placeholder('ownerId')), eq(todos.id, sql.placeholder('id'))))
  .prepare('todo_by_id')

export async function getTodo(ownerId: string, id: string) {
  const [row] = await todoById.execute({ ownerId, id })
  if (!row) throw new HTTPException(404)
  return toTodo(row)
}

const FIELDS = {
  position: 'position',
  priority: 'priority',
  created: 'createdAt',
  updated: 'updatedAt',
} as const

export async function listTodos(ownerId: string, input: ListTodos) {
  const { listId, completed, priority, text, sort, order, limit } = input
  const field = FIELDS[sort]
  const [direction, after] = order === 'asc' ? [asc, gt] : [desc, lt]
  const rows = await db
    .select()
    .from(todos)
    .where(
      and(
        eq(todos.ownerId, ownerId),
        isNull(todos.deletedAt),
        listId === undefined ? undefined : eq(todos.listId, listId),
        priority === undefined ? undefined : eq(todos.priority, priority),
        completed === undefined ? undefined : (completed ? isNotNull : isNull)(todos.completedAt),
        text === undefined ? undefined : matches(text),
        afterCursor(),
      ),
    )
    .orderBy(direction(todos[field]), direction(todos.id))
    .limit(limit + 1)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    items: rows.slice(0, limit).map(toTodo),
    nextCursor: last ? encodeCursor([last[field], last.id]) : null,
  }

  function afterCursor(): SQL | undefined {
    if (input.cursor === undefined) return undefined
    const [key, id] = decodeCursor(input.cursor, field)
    return or(after(todos[field], key), and(eq(todos[field], key), after(todos.id, id)))
  }
}

function matches(text: string): SQL {
  return sql`to_tsvector('todo_text', ${todos.title} || ' ' || ${todos.description}) @@ to_tsquery('todo_text', ${prefixQuery(text)})`
}

/** Matches todos with all words of `text`, or with words that start with them. */
function prefixQuery(text: string): string {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.map((word) => `'${word}':*`).join(' & ')
}

type Field = (typeof FIELDS)[keyof typeof FIELDS]

const KEYS = {
  position: z.number(),
  priority: z.int(),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
}

function encodeCursor(cursor: [TodoRow[Field], string]): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function decodeCursor(cursor: string, field: Field) {
  try {
    return z.tuple([KEYS[field], z.uuid()]).parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new HTTPException(400)
  }
}
