import type { TodoModel } from '@todo/db'
import type { OwnerContext } from '../context.ts'
import { DomainError, invalidField } from '../errors/domain-error.ts'

/** The depth of the third level. */
export const MAX_DEPTH = 2

/** The row of a todo that is not in the trash (or, with `deleted`, is). @throws DomainError TODO_NOT_FOUND */
export async function todoRow(
  { db, ownerId }: OwnerContext,
  id: string,
  { deleted = false } = {},
): Promise<TodoModel> {
  const row = await db.todo.findUnique({ where: { ownerId_id: { ownerId, id } } })
  if (!row || (row.deletedAt !== null) !== deleted) throw new DomainError('TODO_NOT_FOUND')
  return row
}

/** The subtasks of a todo, on all levels. */
export async function descendants(ctx: OwnerContext, id: string): Promise<TodoModel[]> {
  const children = await ctx.db.todo.findMany({ where: { ownerId: ctx.ownerId, parentId: id } })
  const deeper = await Promise.all(children.map((child) => descendants(ctx, child.id)))
  return [...children, ...deeper.flat()]
}

/** Needs the owner's lock. @throws DomainError VALIDATION_FAILED when a label does not exist */
export async function requireLabels(ctx: OwnerContext, labelIds: string[]): Promise<void> {
  if (labelIds.length === 0) return
  const labels = await ctx.db.label.findMany({
    where: { ownerId: ctx.ownerId, id: { in: labelIds } },
    select: { id: true },
  })
  if (labels.length < labelIds.length) throw invalidField('labelIds', 'Contains a label that does not exist')
}
