import { createHash } from 'node:crypto'
import { createDecoder, createSigner, createVerifier } from 'fast-jwt'
import * as z from 'zod'
import type { UserActor } from '../actor.ts'
import { DomainError } from '../errors/domain-error.ts'

export const ACCESS_TOKEN_SECONDS = 15 * 60

const Claims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.int() })

// Some 3 MB. fast-jwt's own cache takes a hash of the token first, which costs half as much as to verify it.
const MAX_VERIFIED = 5_000

/** Signs access tokens with its newest key and verifies those of all its keys (JWT, RFC 7519, HS256). */
export type KeyRing = {
  sign: (actor: Pick<UserActor, 'id' | 'sessionId'>, now: Date) => string
  /** @throws DomainError TOKEN_EXPIRED, TOKEN_INVALID */
  verify: (token: string) => UserActor
  /** Whether it has the key that the token says it was signed with. */
  hasKeyOf: (token: string) => boolean
}

export type SigningKey = {
  kid: string
  secret: string
  /** Signs from then on, when all instances have it; until then it only verifies. */
  signsFrom?: Date | undefined
}

/** A key whose id follows from its secret, so that all instances agree on it. */
export function signingKey(secret: string): SigningKey {
  return { kid: createHash('sha256').update(`kid:${secret}`).digest('base64url').slice(0, 12), secret }
}

type Verified = { token: string; actor: UserActor; until: number }

/** The ring of `keys`, the newest first. While all of them are to sign later only, the oldest does. */
export function createKeyRing(keys: readonly [SigningKey, ...SigningKey[]]): KeyRing {
  const decode = createDecoder({ complete: true })
  const ring = keys.map(({ kid, secret, signsFrom }) => {
    const sign = createSigner({ key: secret, algorithm: 'HS256', kid })
    const verify = createVerifier({
      key: secret,
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'sid', 'exp'],
    })
    return { kid, sign, verify, header: headerOf(sign({})), signsFrom: signsFrom?.getTime() ?? 0 }
  })
  const signerAt = (time: number) => ring.find(({ signsFrom }) => signsFrom <= time) ?? ring.at(-1)
  const byHeader = new Map(ring.map((key) => [key.header, key]))
  const byKid = new Map(ring.map((key) => [key.kid, key]))
  /** A header that is not as we write it is looked into. */
  const keyOf = (token: string) => byHeader.get(headerOf(token)) ?? byKid.get(decode(token).header.kid)

  /**
   * Tokens that were right, the oldest first; whether a session has ended is asked elsewhere, each time. By their
   * signatures, as a token is seven times as long to look for.
   */
  const verified = new Map<string, Verified>()
  function remember(value: Verified): void {
    const signature = signatureOf(value.token)
    if (verified.size >= MAX_VERIFIED) verified.delete(verified.keys().next().value ?? '')
    verified.delete(signature)
    verified.set(signature, value)
  }

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
      const known = verified.get(signatureOf(token))
      if (known?.token === token && known.until > Date.now()) return known.actor
      try {
        const key = keyOf(token)
        if (!key) throw new Error('unknown kid')
        const { sub, sid, exp } = Claims.parse(key.verify(token))
        const actor: UserActor = { kind: 'user', id: sub, sessionId: sid }
        remember({ token, actor, until: exp * 1000 })
        return actor
      } catch (error) {
        throw unauthorized(error)
      }
    },
  }
}

const headerOf = (token: string) => token.slice(0, token.indexOf('.'))
const signatureOf = (token: string) => token.slice(token.lastIndexOf('.') + 1)

function unauthorized(error: unknown): DomainError {
  const expired = error instanceof Error && 'code' in error && error.code === 'FAST_JWT_EXPIRED'
  return expired ? new DomainError('TOKEN_EXPIRED') : new DomainError('TOKEN_INVALID')
}
