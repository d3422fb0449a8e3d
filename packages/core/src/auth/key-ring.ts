import { createHash } from 'node:crypto'
import { createDecoder, createSigner, createVerifier } from 'fast-jwt'
import { z } from 'zod'
import type { Caller } from '../context.ts'
import { DomainError } from '../errors.ts'

export const ACCESS_TOKEN_SECONDS = 15 * 60

const Claims = z.object({ sub: z.uuid(), sid: z.uuid() })

/** Signs access tokens with its first key and verifies those of all its keys (JWT, RFC 7519, HS256). */
export type KeyRing = {
  sign: (caller: Caller, now: Date) => string
  /** @throws DomainError UNAUTHORIZED, TOKEN_EXPIRED or TOKEN_INVALID */
  verify: (token: string) => Caller
}

export type SigningKey = { kid: string; secret: string }

/** A key whose id follows from its secret, so that all instances agree on it. */
export function signingKey(secret: string): SigningKey {
  return { kid: createHash('sha256').update(`kid:${secret}`).digest('base64url').slice(0, 12), secret }
}

/** The ring of `keys`, the newest first. */
export function createKeyRing(keys: readonly [SigningKey, ...SigningKey[]]): KeyRing {
  const decode = createDecoder({ complete: true })
  const ring = keys.map(({ kid, secret }) => {
    const sign = createSigner({ key: secret, algorithm: 'HS256', kid })
    // Without its cache, which costs more than it saves when callers are many.
    const verify = createVerifier({
      key: secret,
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'sid', 'exp'],
    })
    return { kid, sign, verify, header: headerOf(sign({})) }
  })
  const signNewest = createSigner({ key: keys[0].secret, algorithm: 'HS256', kid: keys[0].kid })
  const byHeader = new Map(ring.map((key) => [key.header, key]))
  const byKid = new Map(ring.map((key) => [key.kid, key]))
  /** A header that is not as we write it is looked into. */
  const keyOf = (token: string) => byHeader.get(headerOf(token)) ?? byKid.get(decode(token).header.kid)

  return {
    sign({ id, sessionId }, now) {
      const iat = Math.floor(now.getTime() / 1000)
      return signNewest({ sub: id, sid: sessionId, iat, exp: iat + ACCESS_TOKEN_SECONDS })
    },
    verify(token) {
      try {
        const key = keyOf(token)
        if (!key) throw new Error('unknown kid')
        const { sub, sid } = Claims.parse(key.verify(token))
        return { id: sub, sessionId: sid }
      } catch (error) {
        throw unauthorized(error)
      }
    },
  }
}

const headerOf = (token: string) => token.slice(0, token.indexOf('.'))

function unauthorized(error: unknown): DomainError {
  const expired = error instanceof Error && 'code' in error && error.code === 'FAST_JWT_EXPIRED'
  return expired
    ? new DomainError('UNAUTHORIZED', ['TOKEN_EXPIRED', 'The access token has expired.'])
    : new DomainError('UNAUTHORIZED', ['TOKEN_INVALID', 'The access token is not valid.'])
}
