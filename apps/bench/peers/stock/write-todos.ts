// Interactive transactions: https://www.prisma.io/docs/orm/prisma-client/queries/transactions#interactive-transactions.
// The owner's row in change_heads comes first: whoever has it locked writes, the others of the same owner wait.
import type { Prisma, Todo as TodoModel } from '@todo-bench/prisma'
import { TRPCError } from '@trpc/server'
import { v7 as uuidv7 } from 'uuid'
import { prisma } from './prisma.ts'
import type { ChangeTodo, CreateTodo, Todo } from './schemas.ts'
import { difference, dueColumns, toTodo } from './todo-row.ts'

type Tx = Prisma.TransactionClient

export function createTodo(ownerId: string, { listId, due, ...fields }: CreateTodo): Promise<Todo> {
  return prisma.$transaction(async (tx) => {
    const seq = await nextSeq(tx, ownerId)
    const list = await tx.list.findFirst({
      where: { ownerId, deletedAt: null, ...(listId === undefined ? { isInbox: true } : { id: listId }) },
      select: { id: true },
    })
    if (!list) throw new TRPCError({ code: 'NOT_FOUND' })
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

export function changeTodo(ownerId: string, { id, due, ...fields }: ChangeTodo): Promise<Todo> {
  return prisma.$transaction(async (tx) => {
    const seq = await nextSeq(tx, ownerId)
    const old = await openRow(tx, ownerId, id)
    return update(tx, old, { seq, data: { ...fields, ...dueColumns(due) } })
  })
}

export function completeTodo(ownerId: string, id: string): Promise<Todo> {
  return prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM change_heads WHERE owner_id = ${ownerId}::uuid FOR UPDATE`
    const old = await openRow(tx, ownerId, id)
    if (old.completedAt) return toTodo(old)
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

async function openRow(tx: Tx, ownerId: string, id: string): Promise<TodoModel> {
  const row = await tx.todo.findUnique({ where: { ownerId_id: { ownerId, id }, deletedAt: null } })
  if (!row) throw new TRPCError({ code: 'NOT_FOUND' })
  return row
}

type Update = { seq: bigint; data: Prisma.TodoUpdateInput }

async function update(tx: Tx, old: TodoModel, { seq, data }: Update): Promise<Todo> {
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

function changeOf({ ownerId, listId, id, version, updatedAt }: TodoModel, seq: bigint) {
  return { ownerId, seq, listId, entity: 'todo', entityId: id, version, actorId: ownerId, at: updatedAt }
}
