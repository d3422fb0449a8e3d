// Interactive transactions: https://www.prisma.io/docs/orm/prisma-client/queries/transactions#interactive-transactions.
// Each locks the owner's row in change_heads first, so that an owner's writes run one after another.
import { v7 as uuidv7 } from 'uuid'
import type { Prisma, PrismaClient, Todo as TodoRow } from '../generated/client/client.ts'
import { type Todo, difference, dueColumns, toTodo } from './todo.ts'

type Due = Parameters<typeof dueColumns>[0]
type Fields = { title: string; description?: string; priority?: number; due?: Due }
export type CreateTodo = Fields & { listId?: string }
export type ChangeTodo = Partial<Fields> & { id: string }

type Tx = Prisma.TransactionClient
type Written = Promise<Todo | undefined>

/** @returns undefined if the list does not exist */
export function createTodo(
  prisma: PrismaClient,
  ownerId: string,
  { listId, due, ...fields }: CreateTodo,
): Written {
  return prisma.$transaction(async (tx) => {
    const seq = await nextSeq(tx, ownerId)
    const list = await tx.list.findFirst({
      where: { ownerId, deletedAt: null, ...(listId === undefined ? { isInbox: true } : { id: listId }) },
      select: { id: true },
    })
    if (!list) return undefined
    const now = new Date()
    const row = await tx.todo.create({
      data: {
        ...fields,
        ...dueColumns(due),
        ownerId,
        id: uuidv7(),
        listId: list.id,
        position: Number(seq),
        createdAt: now,
        updatedAt: now,
      },
    })
    const after = toTodo(row)
    await tx.change.create({ data: { ...changeOf(row, seq), op: 'create', after } })
    return after
  })
}

export function changeTodo(
  prisma: PrismaClient,
  ownerId: string,
  { id, due, ...fields }: ChangeTodo,
): Written {
  return prisma.$transaction(async (tx) => {
    const seq = await nextSeq(tx, ownerId)
    const old = await findTodo(tx, ownerId, id)
    return old && update(tx, old, { seq, data: { ...fields, ...dueColumns(due) } })
  })
}

export function completeTodo(prisma: PrismaClient, ownerId: string, id: string): Written {
  return prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM change_heads WHERE owner_id = ${ownerId}::uuid FOR UPDATE`
    const old = await findTodo(tx, ownerId, id)
    if (!old || old.completedAt) return old && toTodo(old)
    const seq = await nextSeq(tx, ownerId)
    return update(tx, old, { seq, data: { completedAt: new Date() } })
  })
}

async function nextSeq(tx: Tx, ownerId: string): Promise<bigint> {
  const { seq } = await tx.changeHead.update({
    where: { ownerId },
    data: { seq: { increment: 1 } },
    select: { seq: true },
  })
  return seq
}

async function findTodo(tx: Tx, ownerId: string, id: string): Promise<TodoRow | undefined> {
  const row = await tx.todo.findUnique({ where: { ownerId_id: { ownerId, id }, deletedAt: null } })
  return row ?? undefined
}

type Update = { seq: bigint; data: Prisma.TodoUpdateInput }

async function update(tx: Tx, old: TodoRow, { seq, data }: Update): Promise<Todo> {
  const row = await tx.todo.update({
    where: { ownerId_id: { ownerId: old.ownerId, id: old.id } },
    data: { ...data, version: { increment: 1 }, updatedAt: new Date() },
  })
  const [before, after] = [toTodo(old), toTodo(row)]
  await tx.change.create({
    data: {
      ...changeOf(row, seq),
      op: 'update',
      before: difference(before, after),
      after: difference(after, before),
    },
  })
  return after
}

function changeOf({ ownerId, listId, id, version, updatedAt }: TodoRow, seq: bigint) {
  return { ownerId, seq, listId, entity: 'todo', entityId: id, version, actorId: ownerId, at: updatedAt }
}
