import { Prisma, type TodoModel } from '@todo/db'
import type { OwnerContext } from '../context.ts'
import { invalidField, requireVersion } from '../errors/domain-error.ts'
import { listRow } from '../lists/write-list.ts'
import { positionBetween } from '../position.ts'
import { withOwnerLock } from '../transaction.ts'
import { MAX_DEPTH, descendants, todoRow } from './rules.ts'
import type { MoveTodo, Todo } from './schemas.ts'
import { changeRow, changeRows } from './write-todos.ts'

type Place = { id: string; listId: string; parentId: string | null }
type Sibling = { id: string; position: number }

/**
 * Moves a todo with its subtasks to another list, parent or place among its siblings.
 * @throws DomainError TODO_NOT_FOUND, LIST_NOT_FOUND, VERSION_MISMATCH; VALIDATION_FAILED for a cycle, a fourth level or
 * an `afterId` that is not a sibling
 */
export function moveTodo(ctx: OwnerContext, input: MoveTodo): Promise<Todo> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await todoRow(tx, input.id)
    requireVersion(row, input.ifVersion)
    const parent = await newParent(tx, row, input)
    const listId = await newList(tx, input, parent?.listId ?? row.listId)
    if (parent && parent.listId !== listId)
      throw invalidField('listId', 'Must be the list that the parent is in')

    const subtasks = await descendants(tx, row.id)
    if (parent && subtasks.some(({ id }) => id === parent.id)) {
      throw invalidField('parentId', 'Must not be a subtask of the todo itself')
    }
    const depth = parent ? parent.depth + 1 : 0
    const deeper = depth - row.depth
    if (Math.max(depth, ...subtasks.map((todo) => todo.depth + deeper)) > MAX_DEPTH) {
      throw invalidField('parentId', 'Must not create a fourth level of todos')
    }

    const position = await newPosition(
      tx,
      { id: row.id, listId, parentId: parent?.id ?? null },
      input.afterId,
    )
    for (const todo of subtasks) {
      await changeRows(tx, [todo.id], { values: { list_id: listId, depth: todo.depth + deeper } })
    }
    return changeRow(tx, row.id, {
      values: { list_id: listId, parent_id: parent?.id ?? null, depth, position },
    })
  })
}

async function newParent(ctx: OwnerContext, row: TodoModel, input: MoveTodo): Promise<TodoModel | undefined> {
  const leavesList = input.listId !== undefined && input.listId !== row.listId
  const parentId = input.parentId === undefined ? (leavesList ? null : row.parentId) : input.parentId
  if (parentId === null) return undefined
  if (parentId === row.id) throw invalidField('parentId', 'Must not be the todo itself')
  return todoRow(ctx, parentId)
}

async function newList(ctx: OwnerContext, { listId }: MoveTodo, otherwise: string): Promise<string> {
  if (listId === undefined) return otherwise
  return (await listRow(ctx, listId)).id
}

async function newPosition(
  ctx: OwnerContext,
  place: Place,
  afterId: string | null | undefined,
): Promise<number> {
  const before =
    afterId === undefined
      ? await sibling(ctx, place, Prisma.sql`TRUE`, 'DESC')
      : await anchor(ctx, place, afterId)
  const beyond = before
    ? Prisma.sql`(position, id) > (${before.position}, ${before.id}::uuid)`
    : Prisma.sql`TRUE`
  const after = afterId === undefined ? undefined : await sibling(ctx, place, beyond, 'ASC')
  return positionBetween(before?.position, after?.position) ?? (await renumber(ctx, place, before?.id))
}

async function anchor(ctx: OwnerContext, place: Place, afterId: string | null): Promise<Sibling | undefined> {
  if (afterId === null) return undefined
  const found = await sibling(ctx, place, Prisma.sql`id = ${afterId}::uuid`, 'ASC')
  if (!found) throw invalidField('afterId', 'Must be another todo of the same list and parent')
  return found
}

async function sibling(
  ctx: OwnerContext,
  place: Place,
  ...[where, direction]: [Prisma.Sql, 'ASC' | 'DESC']
): Promise<Sibling | undefined> {
  const [row] = await ctx.db.$queryRaw<Sibling[]>`
    SELECT id, position FROM todos WHERE ${isSibling(ctx, place)} AND ${where}
    ORDER BY position ${Prisma.raw(direction)}, id ${Prisma.raw(direction)} LIMIT 1`
  return row
}

function isSibling(ctx: OwnerContext, { id, listId, parentId }: Place): Prisma.Sql {
  return Prisma.sql`owner_id = ${ctx.ownerId}::uuid AND list_id = ${listId}::uuid AND deleted_at IS NULL
    AND parent_id IS NOT DISTINCT FROM ${parentId}::uuid AND id <> ${id}::uuid`
}

/** Gives the siblings integer positions and returns a free one after `beforeId`. Needed after fifty moves into one gap. */
async function renumber(ctx: OwnerContext, place: Place, beforeId: string | undefined): Promise<number> {
  const siblings = await ctx.db.$queryRaw<Sibling[]>`
    SELECT id, position FROM todos WHERE ${isSibling(ctx, place)} ORDER BY position, id`
  const index = siblings.findIndex(({ id }) => id === beforeId)
  for (const [i, { id }] of siblings.entries()) {
    await changeRows(ctx, [id], { values: { position: i <= index ? i + 1 : i + 2 } })
  }
  return index + 2
}
