import { appendChange } from '../changes/append-change.ts'
import type { OwnerContext } from '../context.ts'
import { DomainError, requireVersion } from '../errors/domain-error.ts'
import { newId } from '../new-id.ts'
import { changesNothing, withoutAbsent } from '../patch.ts'
import { withOwnerLock } from '../transaction.ts'
import type { ChangeList, CreateList, List, ListId, ListLists } from './schemas.ts'
import { listRow, toList, writeList } from './write-list.ts'

const MAX_LISTS = 500

/** All lists, by position. There are at most 500. */
export async function listLists(
  ctx: OwnerContext,
  { archived, deleted }: ListLists,
): Promise<{ items: List[] }> {
  const rows = await ctx.db.list.findMany({
    where: {
      ownerId: ctx.ownerId,
      deletedAt: deleted ? { not: null } : null,
      ...(archived !== undefined && { archived }),
    },
    orderBy: [{ position: 'asc' }, { id: 'asc' }],
  })
  return { items: rows.map(toList) }
}

/** @throws DomainError LIST_NOT_FOUND */
export async function getList(ctx: OwnerContext, { id }: ListId): Promise<List> {
  return toList(await listRow(ctx, id))
}

/** Adds a list after the others. @throws DomainError ID_TAKEN, LIMIT_REACHED */
export function createList(ctx: OwnerContext, { id = newId(), ...values }: CreateList): Promise<List> {
  const ownerId = ctx.ownerId
  return withOwnerLock(ctx, async (tx) => {
    if (await tx.db.list.findUnique({ where: { ownerId_id: { ownerId, id } } }))
      throw new DomainError('ID_TAKEN')
    const { _count, _max } = await tx.db.list.aggregate({
      where: { ownerId },
      _count: true,
      _max: { position: true },
    })
    if (_count >= MAX_LISTS) {
      throw new DomainError('LIMIT_REACHED', {
        message: `The account has the maximum of ${MAX_LISTS} lists: delete one first.`,
      })
    }
    const now = tx.now()
    const position = (_max.position ?? 0) + 1
    const row = await tx.db.list.create({
      data: { ...withoutAbsent(values), ownerId, id, position, createdAt: now, updatedAt: now },
    })
    await appendChange(tx, 'list', { after: toList(row) })
    return toList(row)
  })
}

/** @throws DomainError LIST_NOT_FOUND, VERSION_MISMATCH, INBOX */
export function changeList(ctx: OwnerContext, { id, ifVersion, ...patch }: ChangeList): Promise<List> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await listRow(tx, id)
    requireVersion(row, ifVersion)
    if (row.isInbox && patch.archived) throw new DomainError('INBOX')
    const data = withoutAbsent(patch)
    return changesNothing(row, data) ? toList(row) : writeList(tx, row, data)
  })
}
