// https://orm.drizzle.team/docs/transactions. Each locks the owner's row in change_heads first, so that an owner's writes
// run one after another.
import { and, eq, isNull, sql } from 'drizzle-orm'
import { HTTPException } from 'hono/http-exception'
import { v7 as uuidv7 } from 'uuid'
import { type Tx, db } from './database.ts'
import type { ChangeTodo, CreateTodo, Todo } from './schemas.ts'
import { type TodoRow, changeHeads, changes, lists, todos } from './tables.ts'
import { difference, dueColumns, toTodo } from './todo-row.ts'

export function createTodo(ownerId: string, { listId, due, ...fields }: CreateTodo): Promise<Todo> {
  return db.transaction(async (tx) => {
    const seq = await nextSeq(tx, ownerId)
    const [list] = await tx
      .select({ id: lists.id })
      .from(lists)
      .where(
        and(
          eq(lists.ownerId, ownerId),
          isNull(lists.deletedAt),
          listId === undefined ? lists.isInbox : eq(lists.id, listId),
        ),
      )
    if (!list) throw new HTTPException(404)
    const now = new Date()
    const [row] = await tx
      .insert(todos)
      .values({
        ...fields,
        ...dueColumns(due),
        ownerId,
        id: uuidv7(),
        listId: list.id,
        position: seq,
        createdAt: now,
        updatedAt: now,
      })
      .returning()
    if (!row) throw new HTTPException(500)
    const after = toTodo(row)
    await tx.insert(changes).values({ ...changeOf(row, seq), op: 'create', after })
    return after
  })
}

export function changeTodo(ownerId: string, id: string, { due, ...fields }: ChangeTodo): Promise<Todo> {
  return db.transaction(async (tx) => {
    const seq = await nextSeq(tx, ownerId)
    const old = await openRow(tx, ownerId, id)
    return update(tx, old, { seq, data: { ...fields, ...dueColumns(due) } })
  })
}

export function completeTodo(ownerId: string, id: string): Promise<Todo> {
  return db.transaction(async (tx) => {
    await tx.select().from(changeHeads).where(eq(changeHeads.ownerId, ownerId)).for('update')
    const old = await openRow(tx, ownerId, id)
    if (old.completedAt) return toTodo(old)
    const seq = await nextSeq(tx, ownerId)
    return update(tx, old, { seq, data: { completedAt: new Date() } })
  })
}

async function nextSeq(tx: Tx, ownerId: string): Promise<number> {
  const [head] = await tx
    .update(changeHeads)
    .set({ seq: sql`${changeHeads.seq} + 1` })
    .where(eq(changeHeads.ownerId, ownerId))
    .returning({ seq: changeHeads.seq })
  if (!head) throw new HTTPException(404)
  return head.seq
}

async function openRow(tx: Tx, ownerId: string, id: string): Promise<TodoRow> {
  const [row] = await tx
    .select()
    .from(todos)
    .where(and(eq(todos.ownerId, ownerId), eq(todos.id, id), isNull(todos.deletedAt)))
  if (!row) throw new HTTPException(404)
  return row
}

type Update = { seq: number; data: Partial<TodoRow> }

async function update(tx: Tx, old: TodoRow, { seq, data }: Update): Promise<Todo> {
  const [row] = await tx
    .update(todos)
    .set({ ...data, version: sql`${todos.version} + 1`, updatedAt: new Date() })
    .where(and(eq(todos.ownerId, old.ownerId), eq(todos.id, old.id)))
    .returning()
  if (!row) throw new HTTPException(404)
  const [before, after] = [toTodo(old), toTodo(row)]
  await tx.insert(changes).values({
    ...changeOf(row, seq),
    op: 'update',
    before: difference(before, after),
    after: difference(after, before),
  })
  return after
}

function changeOf({ ownerId, listId, id, version, updatedAt }: TodoRow, seq: number) {
  return { ownerId, seq, listId, entity: 'todo', entityId: id, version, actorId: ownerId, at: updatedAt }
}
