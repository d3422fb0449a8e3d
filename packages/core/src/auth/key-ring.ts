import { createHash } from 'node:crypto'
import { createDecoder, createSigner, createVerifier } from 'fast-jwt'
import { FifoMap } from 'toad-cache'
import * as z from 'zod'
import type { UserActor } from '../actor.ts'
import { DomainError } from '../errors/domain-error.ts'

export const ACCESS_TOKEN_SECONDS = 15 * 60

const Claims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.int() })

/**
 * Verified tokens that are remembered until they expire, about 5 MB of them. Whether the session has ended is checked on
 * every request.
 */
const CACHED_TOKENS = 8_000

/** Signs access tokens with its newest key and verifies those of all its keys (JWT, RFC 7519, HS256). */
export type KeyRing = {
  sign: (actor: Pick<UserActor, 'id' | 'sessionId'>, now: Date) => string
  /** @throws DomainError TOKEN_EXPIRED, TOKEN_INVALID */
  verify: (token: string) => UserActor
  /** True if the ring has the key that the token names. */
  hasKeyOf: (token: string) => boolean
}

export type SigningKey = {
  kid: string
  secret: string
  /** The time from which it signs. Until then it only verifies, so that all instances can load it first. */
  signsFrom?: Date | undefined
}

/** Derives the key's id from its secret, so that all instances agree on it. */
export function signingKey(secret: string): SigningKey {
  return { kid: createHash('sha256').update(`kid:${secret}`).digest('base64url').slice(0, 12), secret }
}

/** Makes the ring of `keys`, newest first. While none of them may sign yet, the oldest does. */
export function createKeyRing(keys: readonly [SigningKey, ...SigningKey[]]): KeyRing {
  const decode = createDecoder({ complete: true })
  const ring = keys.map(({ kid, secret, signsFrom }) => ({
    kid,
    signsFrom: signsFrom?.getTime() ?? 0,
    sign: createSigner({ key: secret, algorithm: 'HS256', kid }),
    verify: createVerifier({
      key: secret,
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'sid', 'exp'],
    }),
  }))
  const byKid = new Map(ring.map((key) => [key.kid, key]))
  const keyOf = (token: string) => byKid.get(decode(token).header.kid)
  // fast-jwt's own cache hashes each token; with parsing the claims, that is a tenth of a change (docs/performance/diary.md).
  const verified = new FifoMap<{ actor: UserActor; expiresAt: number }>(CACHED_TOKENS)
  const signerAt = (time: number) => ring.find(({ signsFrom }) => signsFrom <= time) ?? ring.at(-1)

  return {
    sign({ id, sessionId }, now) {
      const iat = Math.floor(now.getTime() / 1000)
      const claims = { sub: id, sid: sessionId, iat, exp: iat + ACCESS_TOKEN_SECONDS }
      return signerAt(now.getTime())?.sign(claims) ?? ''
    },
    hasKeyOf(token) {
      try {
        return keyOf(token) !== undefined
      } catch {
        return false
      }
    },
    verify(token) {
      const known = verified.get(token)
      if (known && known.expiresAt > Date.now()) return known.actor
      try {
        const key = keyOf(token)
        if (!key) throw new Error('unknown kid')
        const { sub, sid, exp } = Claims.parse(key.verify(token))
        const actor = { kind: 'user', id: sub, sessionId: sid } as const
        verified.set(token, { actor, expiresAt: exp * 1000 })
        return actor
      } catch (error) {
        const isExpired = error instanceof Error && 'code' in error && error.code === 'FAST_JWT_EXPIRED'
        throw new DomainError(isExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID')
      }
    },
  }
}
