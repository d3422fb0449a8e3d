import { LISTS, type ListModel, type Prisma, entityReader } from '@todo/db'
import { appendChange } from '../changes/append-change.ts'
import type { OwnerContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { List } from './schemas.ts'

export const toList: (row: ListModel) => List = entityReader(LISTS)

/** The row of a list that is not in the trash (or, with `deleted`, is). @throws DomainError LIST_NOT_FOUND */
export async function listRow(
  { db, ownerId }: OwnerContext,
  id: string,
  { deleted = false } = {},
): Promise<ListModel> {
  const row = await db.list.findUnique({ where: { ownerId_id: { ownerId, id } } })
  if (!row || (row.deletedAt !== null) !== deleted) throw new DomainError('LIST_NOT_FOUND')
  return row
}

/** Writes and logs a change of a list. Needs the owner's lock. */
export async function writeList(
  ctx: OwnerContext,
  before: ListModel,
  data: Prisma.ListUncheckedUpdateInput,
): Promise<List> {
  const after = await ctx.db.list.update({
    where: { ownerId_id: { ownerId: before.ownerId, id: before.id } },
    data: { ...data, updatedAt: ctx.now(), version: { increment: 1 } },
  })
  await appendChange(ctx, 'list', { before: toList(before), after: toList(after) })
  return toList(after)
}
