import type { OwnerContext } from '../context.ts'
import { appendChange } from '../changes/append-change.ts'
import { DomainError, requireVersion } from '../errors/domain-error.ts'
import { changeRows, purgeRows } from '../todos/write-todos.ts'
import { withOwnerLock } from '../transaction.ts'
import type { List, ListId } from '../lists/schemas.ts'
import { listRow, toList, writeList } from '../lists/write-list.ts'

/** Moves a list with its todos to the trash. @throws DomainError LIST_NOT_FOUND, VERSION_MISMATCH, INBOX */
export function deleteList(
  ctx: OwnerContext,
  { id, ifVersion }: ListId & { ifVersion?: number | undefined },
): Promise<void> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await listRow(tx, id)
    requireVersion(row, ifVersion)
    if (row.isInbox) throw new DomainError('INBOX')
    const deletedAt = tx.now()
    await changeRows(tx, await todoIds(tx, id, null), { values: { deleted_at: deletedAt.toISOString() } })
    await writeList(tx, row, { deletedAt })
  })
}

/** Restores a list from the trash, with the todos that were moved there with it. @throws DomainError LIST_NOT_FOUND */
export function restoreList(ctx: OwnerContext, { id }: ListId): Promise<List> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await listRow(tx, id, { deleted: true })
    await changeRows(tx, await todoIds(tx, id, row.deletedAt), { values: { deleted_at: null } })
    return writeList(tx, row, { deletedAt: null })
  })
}

/** Permanently deletes a list in the trash, with its todos. @throws DomainError LIST_NOT_FOUND */
export function purgeList(ctx: OwnerContext, { id }: ListId): Promise<void> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await listRow(tx, id, { deleted: true })
    await purgeRows(tx, await todoIds(tx, id))
    await tx.db.list.delete({ where: { ownerId_id: { ownerId: row.ownerId, id } } })
    await appendChange(tx, 'list', { before: toList(row) })
  })
}

async function todoIds(ctx: OwnerContext, listId: string, deletedAt?: Date | null): Promise<string[]> {
  const rows = await ctx.db.todo.findMany({
    where: { ownerId: ctx.ownerId, listId, ...(deletedAt !== undefined && { deletedAt }) },
    select: { id: true },
  })
  return rows.map(({ id }) => id)
}
