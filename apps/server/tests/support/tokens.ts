import { createKeyRing, signingKey } from '@todo/core'
import { v7 as uuidv7 } from 'uuid'
import { JWT_SECRET } from './server.ts'

const ring = createKeyRing([signingKey(JWT_SECRET)])

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>

/** A valid token of an account that does not exist. */
export const strangersToken = () => ring.sign({ id: uuidv7(), sessionId: uuidv7() }, new Date())

/** Invalid tokens, derived from a valid one; every operation must refuse them. */
export function badTokens(token: string): Record<string, string> {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const user = ring.verify(token)
  const other = { ...decode(payload), sub: uuidv7() }
  return {
    garbage: 'not-a-token',
    expired: ring.sign(user, new Date(Date.now() - 3_600_000)),
    'payload tampered with': [header, encode(other), signature].join('.'),
    'signature cut off': [header, payload, ''].join('.'),
    'alg none': [encode({ ...decode(header), alg: 'none' }), payload, ''].join('.'),
    'alg none, signed': [encode({ ...decode(header), alg: 'none' }), payload, signature].join('.'),
    'signed with another key': createKeyRing([signingKey('another secret of at least 32 bytes')]).sign(
      user,
      new Date(),
    ),
  }
}
