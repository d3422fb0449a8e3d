// Pages by cursor: https://www.prisma.io/docs/orm/prisma-client/queries/pagination. Prisma's own full-text search takes
// no text search configuration of ours, so search is https://www.prisma.io/docs/orm/prisma-client/using-raw-sql/raw-queries.
import { Prisma, type Todo as TodoModel } from '@todo-bench/prisma'
import { TRPCError } from '@trpc/server'
import { prisma } from './prisma.ts'
import type { ListTodos } from './schemas.ts'
import { toTodo } from './todo-row.ts'

export async function getTodo(ownerId: string, id: string) {
  const row = await prisma.todo.findUnique({ where: { ownerId_id: { ownerId, id } } })
  if (!row) throw new TRPCError({ code: 'NOT_FOUND' })
  return toTodo(row)
}

export async function listTodos(ownerId: string, input: ListTodos) {
  const rows =
    input.text === undefined ? await find(ownerId, input) : await search(ownerId, input, input.text)
  const items = rows.slice(0, input.limit).map(toTodo)
  return { items, nextCursor: rows.length > input.limit ? (items.at(-1)?.id ?? null) : null }
}

const FIELDS = {
  position: 'position',
  priority: 'priority',
  created: 'createdAt',
  updated: 'updatedAt',
} as const

function find(ownerId: string, { listId, completed, priority, sort, order, limit, cursor }: ListTodos) {
  return prisma.todo.findMany({
    where: {
      ownerId,
      deletedAt: null,
      listId,
      priority,
      ...(completed !== undefined && { completedAt: completed ? { not: null } : null }),
    },
    orderBy: [{ [FIELDS[sort]]: order }, { id: order }],
    take: limit + 1,
    ...(cursor !== undefined && { cursor: { ownerId_id: { ownerId, id: cursor } }, skip: 1 }),
  })
}

const COLUMNS =
  Prisma.raw(`t.owner_id AS "ownerId", t.id, t.list_id AS "listId", t.parent_id AS "parentId", t.depth, t.title,
  t.description, t.label_ids AS "labelIds", t.priority, t.start_date AS "startDate", t.start_at AS "startAt",
  t.start_zone AS "startZone", t.due_date AS "dueDate", t.due_at AS "dueAt", t.due_zone AS "dueZone", t.position,
  t.version, t.created_at AS "createdAt", t.updated_at AS "updatedAt", t.completed_at AS "completedAt",
  t.deleted_at AS "deletedAt"`)

const KEYS = {
  position: 'position',
  priority: 'priority',
  created: 'created_at',
  updated: 'updated_at',
} as const

function search(ownerId: string, input: ListTodos, text: string) {
  const { listId, completed, priority, sort, order, limit, cursor } = input
  const [key, direction] = [Prisma.raw(KEYS[sort]), Prisma.raw(order)]
  const where = [
    Prisma.sql`t.owner_id = ${ownerId}::uuid AND t.deleted_at IS NULL`,
    Prisma.sql`to_tsvector('todo_text', t.title || ' ' || t.description) @@ to_tsquery('todo_text', ${prefixQuery(text)})`,
  ]
  if (listId !== undefined) where.push(Prisma.sql`t.list_id = ${listId}::uuid`)
  if (priority !== undefined) where.push(Prisma.sql`t.priority = ${priority}`)
  if (completed !== undefined) where.push(Prisma.sql`(t.completed_at IS NOT NULL) = ${completed}`)
  if (cursor !== undefined) {
    const beyond = Prisma.raw(order === 'asc' ? '>' : '<')
    where.push(Prisma.sql`(t.${key}, t.id) ${beyond} (
      SELECT c.${key}, c.id FROM todos c WHERE c.owner_id = ${ownerId}::uuid AND c.id = ${cursor}::uuid)`)
  }
  return prisma.$queryRaw<TodoModel[]>`
    SELECT ${COLUMNS} FROM todos t
    WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY t.${key} ${direction}, t.id ${direction}
    LIMIT ${limit + 1}`
}

/** Wants each word of `text`, or a word that begins with it. */
function prefixQuery(text: string): string {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.map((word) => `'${word}':*`).join(' & ')
}
