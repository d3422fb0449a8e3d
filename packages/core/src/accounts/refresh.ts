import { randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import {
  formatRefreshToken,
  parseRefreshToken,
  rotated,
  sameBytes,
  sha256,
  type RefreshToken,
} from '../auth/refresh-token.ts'
import { endSessions } from './end-sessions.ts'
import { type Grant, REFRESH_TOKEN_SECONDS, grant } from './log-in.ts'

const GRACE_MS = 30_000

/**
 * Exchanges a refresh token for new tokens. The previous token works for another 30 seconds and gives the same successor
 * again. An older one is a sign of theft and ends the session.
 * @throws DomainError REFRESH_TOKEN_INVALID
 */
export async function refresh(ctx: Context, refreshToken: string | undefined): Promise<Grant> {
  const token = refreshToken === undefined ? undefined : parseRefreshToken(refreshToken)
  if (!token) throw new DomainError('REFRESH_TOKEN_INVALID')
  const { ownerId, sessionId: id } = token
  const now = ctx.now()
  const used = sha256(token.secret)

  const salt = new Uint8Array(randomBytes(16))
  const next = rotated(token, salt)
  const { count } = await ctx.db.session.updateMany({
    where: { ownerId, id, familyHash: sha256(token.family), currentHash: used, expiresAt: { gt: now } },
    data: {
      currentHash: sha256(next.secret),
      previousHash: used,
      rotationSalt: salt,
      rotatedAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + REFRESH_TOKEN_SECONDS * 1000),
    },
  })
  const valid = count === 1 ? next : await successorOfPrevious(ctx, token, used)
  return grant(ctx, { id: ownerId, sessionId: id }, formatRefreshToken(valid))
}

async function successorOfPrevious(
  ctx: Context,
  token: RefreshToken,
  used: Uint8Array,
): Promise<RefreshToken> {
  const { ownerId, sessionId: id } = token
  const session = await ctx.db.session.findUnique({ where: { ownerId_id: { ownerId, id } } })
  const now = ctx.now().getTime()
  // A caller without the family secret never had a token of this session, and must not be able to end it.
  if (!session || !sameBytes(sha256(token.family), session.familyHash))
    throw new DomainError('REFRESH_TOKEN_INVALID')
  const recent = session.rotatedAt !== null && now - session.rotatedAt.getTime() <= GRACE_MS
  if (
    session.rotationSalt &&
    recent &&
    sameBytes(used, session.previousHash) &&
    session.expiresAt.getTime() > now
  ) {
    return rotated(token, session.rotationSalt)
  }
  await endSessions(ctx, { ownerId, id })
  throw new DomainError('REFRESH_TOKEN_INVALID')
}
