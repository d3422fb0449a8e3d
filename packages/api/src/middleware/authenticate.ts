import { DomainError, type UserActor, newGroupId } from '@todo/core'
import type { ApiContext } from '../context.ts'

const BEARER = /^Bearer +/i

/** Determines the actor and the owner. @throws DomainError TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, SESSION_ENDED */
export async function authenticate(
  ctx: ApiContext,
): Promise<{ actor: UserActor; ownerId: string; groupId: string }> {
  const token = bearerToken(ctx.authorization)
  const actor = ctx.keyRing.verify(token)
  if (await ctx.revocations.has(actor.sessionId)) {
    throw new DomainError('SESSION_ENDED')
  }
  ctx.onActor(actor)
  return { actor, ownerId: ownerOf(actor), groupId: newGroupId() }
}

/** The owner of the rows that an actor works on. Nothing else derives the owner from the actor. */
export const ownerOf = (actor: UserActor) => actor.id

function bearerToken(authorization = ''): string {
  const [scheme = ''] = BEARER.exec(authorization) ?? []
  const token = authorization.slice(scheme.length)
  if (scheme !== '' && token !== '') return token
  throw new DomainError('TOKEN_MISSING')
}
