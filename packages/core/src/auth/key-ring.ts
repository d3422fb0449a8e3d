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
  const [{ kid, secret }] = keys
  const signer = createSigner({ key: secret, algorithm: 'HS256', kid })
  const decodeHeader = createDecoder({ complete: true })
  const verifiers = new Map(
    keys.map((key) => [
      key.kid,
      createVerifier({
        key: key.secret,
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'sid', 'exp'],
        cache: 1000,
      }),
    ]),
  )

  return {
    sign({ id, sessionId }, now) {
      const iat = Math.floor(now.getTime() / 1000)
      return signer({ sub: id, sid: sessionId, iat, exp: iat + ACCESS_TOKEN_SECONDS })
    },
    verify(token) {
      try {
        const verify = verifiers.get(decodeHeader(token).header.kid)
        if (!verify) throw new Error('unknown kid')
        const { sub, sid } = Claims.parse(verify(token))
        return { id: sub, sessionId: sid }
      } catch (error) {
        throw unauthorized(error)
      }
    },
  }
}

function unauthorized(error: unknown): DomainError {
  const expired = error instanceof Error && 'code' in error && error.code === 'FAST_JWT_EXPIRED'
  return expired
    ? new DomainError('UNAUTHORIZED', ['TOKEN_EXPIRED', 'The access token has expired.'])
    : new DomainError('UNAUTHORIZED', ['TOKEN_INVALID', 'The access token is not valid.'])
}
