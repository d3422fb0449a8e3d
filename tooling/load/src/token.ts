import { type KeyRing, createKeyRing, signingKey } from '@todo/core'
import { randomUUID } from 'node:crypto'
import { ownerId } from './fixture.ts'

// Shorter than the quarter of an hour that a token is valid.
const RENEW_AFTER_MS = 10 * 60_000

let keyRing: KeyRing | undefined
let signedAt = 0
let tokens = new Map<number, string>()

/** An access token of an owner, signed by our key ring; the peers verify it with the same secret. */
export function tokenOf(secret: string, owner: number): string {
  keyRing ??= createKeyRing([signingKey(secret)])
  if (Date.now() - signedAt > RENEW_AFTER_MS) {
    signedAt = Date.now()
    tokens = new Map()
  }
  const token =
    tokens.get(owner) ?? keyRing.sign({ id: ownerId(owner), sessionId: randomUUID() }, new Date(signedAt))
  tokens.set(owner, token)
  return token
}
