import type { OwnerContext, SessionContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import { endSessions } from './end-sessions.ts'
import type { Session } from './schemas.ts'

/** Ends the current session. */
export async function logOut(ctx: SessionContext): Promise<void> {
  await endSessions(ctx, { ownerId: ctx.ownerId, id: ctx.actor.sessionId })
}

/** Ends all sessions of the account, including the current one. */
export async function logOutEverywhere(ctx: OwnerContext): Promise<void> {
  await endSessions(ctx, { ownerId: ctx.ownerId })
}

/** The sessions that can still be refreshed, most recently used first. */
export async function listSessions(ctx: SessionContext): Promise<{ items: Session[] }> {
  const rows = await ctx.db.session.findMany({
    where: { ownerId: ctx.ownerId, expiresAt: { gt: ctx.now() } },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    omit: { familyHash: true, currentHash: true, previousHash: true, rotationSalt: true },
  })
  const items = rows.map((row) => ({
    id: row.id,
    current: row.id === ctx.actor.sessionId,
    userAgent: row.userAgent,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }))
  return { items }
}

/** @throws DomainError SESSION_NOT_FOUND */
export async function revokeSession(ctx: OwnerContext, { id }: { id: string }): Promise<void> {
  const ended = await endSessions(ctx, { ownerId: ctx.ownerId, id })
  if (ended === 0) throw new DomainError('SESSION_NOT_FOUND')
}
