import { formatRefreshToken, newRefreshToken, sha256 } from '../auth/refresh-token.ts'
import { ACCESS_TOKEN_SECONDS } from '../auth/key-ring.ts'
import type { UserActor } from '../actor.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import { newId } from '../new-id.ts'
import { inTransaction } from '../transaction.ts'
import { endSessions } from './end-sessions.ts'
import type { LogIn } from './schemas.ts'

export const REFRESH_TOKEN_SECONDS = 30 * 24 * 60 * 60
const MAX_SESSIONS = 100

/** A new pair of tokens. The caller decides whether the refresh token goes into a cookie or the body. */
export type Grant = { accessToken: string; expiresIn: number; refreshToken: string }

/** @throws DomainError WRONG_CREDENTIALS, TOO_BUSY */
export async function logIn(
  ctx: Context,
  { email, password }: Pick<LogIn, 'email' | 'password'>,
  userAgent?: string,
): Promise<Grant> {
  const found = await ctx.db.accountEmail.findUnique({ where: { email } })
  const account = found && (await ctx.db.account.findUnique({ where: { ownerId: found.ownerId } }))
  const correct = await ctx.passwords.verify(password, account?.passwordHash)
  if (!account || !correct) {
    throw new DomainError('WRONG_CREDENTIALS')
  }
  return inTransaction(ctx, (tx) => openSession(tx, account.ownerId, userAgent))
}

async function openSession(ctx: Context, ownerId: string, userAgent: string | undefined): Promise<Grant> {
  const now = ctx.now()
  const token = newRefreshToken(ownerId, newId())
  await endOldest(ctx, ownerId)
  await ctx.db.session.create({
    data: {
      ownerId,
      id: token.sessionId,
      familyHash: sha256(token.family),
      currentHash: sha256(token.secret),
      userAgent: userAgent?.slice(0, 300) ?? null,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + REFRESH_TOKEN_SECONDS * 1000),
    },
  })
  return grant(ctx, { id: ownerId, sessionId: token.sessionId }, formatRefreshToken(token))
}

async function endOldest(ctx: Context, ownerId: string): Promise<void> {
  const surplus = await ctx.db.session.findMany({
    where: { ownerId },
    orderBy: { lastUsedAt: 'desc' },
    skip: MAX_SESSIONS - 1,
    select: { id: true },
  })
  if (surplus.length > 0) await endSessions(ctx, { ownerId, id: { in: surplus.map(({ id }) => id) } })
}

/** A new access token for the actor, together with the given refresh token. */
export function grant(ctx: Context, actor: Pick<UserActor, 'id' | 'sessionId'>, refreshToken: string): Grant {
  return { accessToken: ctx.keyRing.sign(actor, ctx.now()), expiresIn: ACCESS_TOKEN_SECONDS, refreshToken }
}
