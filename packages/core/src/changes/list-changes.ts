import * as z from 'zod'
import type { OwnerContext } from '../context.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { DomainError } from '../errors/domain-error.ts'
import { Change, type ChangePage, type ListChanges } from './schemas.ts'

const Since = z.tuple([z.literal('changes'), z.int().min(0)])

/** Reads the changes after a cursor, deletions included. @throws DomainError CURSOR_EXPIRED, CURSOR_INVALID, ACCOUNT_NOT_FOUND */
export async function listChanges(ctx: OwnerContext, { since, limit }: ListChanges): Promise<ChangePage> {
  const ownerId = ctx.ownerId
  const head = await ctx.db.changeHead.findUnique({ where: { ownerId } })
  if (!head) throw new DomainError('ACCOUNT_NOT_FOUND')
  const newest = Number(head.seq)
  if (since === undefined) return { items: [], nextCursor: cursorOf(newest), hasMore: false }

  const [, from] = decodeCursor('since', since, Since)
  const rows = await ctx.db.change.findMany({
    where: { ownerId, seq: { gt: from } },
    orderBy: { seq: 'asc' },
    take: limit + 1,
  })
  const first = rows[0] ? Number(rows[0].seq) : newest + 1
  if (first > from + 1) throw new DomainError('CURSOR_EXPIRED')
  const page = rows.slice(0, limit)
  return {
    items: page.map(({ actorKind, actorId, at, ...row }) =>
      Change.parse({ ...row, actor: { kind: actorKind, id: actorId }, at: at.toISOString() }),
    ),
    nextCursor: cursorOf(Number(page.at(-1)?.seq ?? from)),
    hasMore: rows.length > limit,
  }
}

const cursorOf = (seq: number) => encodeCursor(['changes', seq])
