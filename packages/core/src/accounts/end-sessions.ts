import type { Prisma } from '@todo/db'
import type { Context } from '../context.ts'
import { inTransaction } from '../transaction.ts'

/** Ends sessions and revokes their access tokens on every instance. Returns how many sessions ended. */
export function endSessions(
  ctx: Context,
  where: Prisma.SessionWhereInput & { ownerId: string },
): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const sessions = await tx.db.session.findMany({ where, select: { ownerId: true, id: true } })
    const revokedAt = tx.now()
    await tx.db.sessionRevocation.createMany({
      data: sessions.map(({ ownerId, id }) => ({ ownerId, sessionId: id, revokedAt })),
      skipDuplicates: true,
    })
    const { count } = await tx.db.session.deleteMany({ where })
    return count
  })
}
