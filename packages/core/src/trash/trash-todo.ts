import type { OwnerContext } from '../context.ts'
import { DomainError, requireVersion } from '../errors/domain-error.ts'
import { withOwnerLock } from '../transaction.ts'
import { descendants, todoRow } from '../todos/rules.ts'
import type { Todo, TodoId, TodoIdIfVersion } from '../todos/schemas.ts'
import { changeRow, changeRows, purgeRows } from '../todos/write-todos.ts'

/** Moves a todo with its subtasks to the trash. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export function deleteTodo(ctx: OwnerContext, { id, ifVersion }: TodoIdIfVersion): Promise<Todo> {
  return withOwnerLock(ctx, async (tx) => {
    requireVersion(await todoRow(tx, id), ifVersion)
    const values = { deleted_at: tx.now().toISOString() }
    const subtasks = (await descendants(tx, id)).map((todo) => todo.id)
    await changeRows(tx, subtasks, { values, isDeleted: false })
    return changeRow(tx, id, { values })
  })
}

/**
 * Restores a todo from the trash, with the subtasks that were moved there with it.
 * @throws DomainError TODO_NOT_FOUND, PARENT_DELETED
 */
export function restoreTodo(ctx: OwnerContext, { id }: TodoId): Promise<Todo> {
  return withOwnerLock(ctx, async (tx) => {
    const ownerId = tx.ownerId
    const row = await todoRow(tx, id, { deleted: true })
    const list = await tx.db.list.findUniqueOrThrow({ where: { ownerId_id: { ownerId, id: row.listId } } })
    const parent =
      row.parentId === null
        ? null
        : await tx.db.todo.findUniqueOrThrow({ where: { ownerId_id: { ownerId, id: row.parentId } } })
    if (list.deletedAt || parent?.deletedAt) {
      const what = list.deletedAt ? 'list' : 'parent'
      throw new DomainError('PARENT_DELETED', {
        message: `The ${what} of this todo is in the trash: restore it first.`,
      })
    }
    const together = (await descendants(tx, id)).filter(
      (todo) => todo.deletedAt?.getTime() === row.deletedAt?.getTime(),
    )
    const subtasks = together.map((todo) => todo.id)
    await changeRows(tx, subtasks, { values: { deleted_at: null } })
    return changeRow(tx, id, { values: { deleted_at: null }, isDeleted: true })
  })
}

/** Permanently deletes a todo in the trash, with its subtasks. @throws DomainError TODO_NOT_FOUND */
export function purgeTodo(ctx: OwnerContext, { id }: TodoId): Promise<void> {
  return withOwnerLock(ctx, async (tx) => {
    await todoRow(tx, id, { deleted: true })
    const subtasks = (await descendants(tx, id)).map((todo) => todo.id)
    await purgeRows(tx, [id, ...subtasks])
  })
}
