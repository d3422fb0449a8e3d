// Pages by cursor: https://www.prisma.io/docs/orm/prisma-client/queries/pagination. Prisma's own full-text search does not
// take our text search configuration, so search is https://www.prisma.io/docs/orm/prisma-client/using-raw-sql/raw-queries.
import { Prisma, type PrismaClient, type Todo as TodoRow } from '../generated/client/client.ts'
import { type Todo, toTodo } from './todo.ts'

export type ListTodos = {
  listId?: string | undefined
  completed?: boolean | undefined
  priority?: number | undefined
  text?: string | undefined
  sort: keyof typeof SORTS
  order: 'asc' | 'desc'
  limit: number
  cursor?: string | undefined
}

const SORTS = {
  position: { field: 'position', column: 'position' },
  priority: { field: 'priority', column: 'priority' },
  created: { field: 'createdAt', column: 'created_at' },
  updated: { field: 'updatedAt', column: 'updated_at' },
} as const

export async function getTodo(prisma: PrismaClient, ownerId: string, id: string): Promise<Todo | undefined> {
  const row = await prisma.todo.findUnique({ where: { ownerId_id: { ownerId, id } } })
  return row ? toTodo(row) : undefined
}

export async function listTodos(prisma: PrismaClient, ownerId: string, input: ListTodos) {
  const { text, limit } = input
  const rows = await (text === undefined
    ? find(prisma, ownerId, input)
    : prisma.$queryRaw<TodoRow[]>(searchStatement(ownerId, input, text)))
  const items = rows.slice(0, limit).map(toTodo)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

function find(prisma: PrismaClient, ownerId: string, input: ListTodos): Promise<TodoRow[]> {
  const { listId, completed, priority, sort, order, limit, cursor } = input
  return prisma.todo.findMany({
    where: {
      ownerId,
      deletedAt: null,
      listId,
      priority,
      ...(completed !== undefined && { completedAt: completed ? { not: null } : null }),
    },
    orderBy: [{ [SORTS[sort].field]: order }, { id: order }],
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

/** Finds todos with all words of `text`, or with words that start with them. */
function searchStatement(ownerId: string, input: ListTodos, text: string): Prisma.Sql {
  const { listId, completed, priority, sort, order, limit, cursor } = input
  const [key, direction] = [Prisma.raw(SORTS[sort].column), Prisma.raw(order)]
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  const query = words.map((word) => `'${word}':*`).join(' & ')
  const where = [
    Prisma.sql`t.owner_id = ${ownerId}::uuid AND t.deleted_at IS NULL`,
    Prisma.sql`to_tsvector('todo_text', t.title || ' ' || t.description) @@ to_tsquery('todo_text', ${query})`,
  ]
  if (listId !== undefined) where.push(Prisma.sql`t.list_id = ${listId}::uuid`)
  if (priority !== undefined) where.push(Prisma.sql`t.priority = ${priority}`)
  if (completed !== undefined) where.push(Prisma.sql`(t.completed_at IS NOT NULL) = ${completed}`)
  if (cursor !== undefined) {
    const after = Prisma.raw(order === 'asc' ? '>' : '<')
    where.push(Prisma.sql`(t.${key}, t.id) ${after} (
      SELECT c.${key}, c.id FROM todos c WHERE c.owner_id = ${ownerId}::uuid AND c.id = ${cursor}::uuid)`)
  }
  return Prisma.sql`
    SELECT ${COLUMNS} FROM todos t
    WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY t.${key} ${direction}, t.id ${direction}
    LIMIT ${limit + 1}`
}
