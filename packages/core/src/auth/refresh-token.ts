import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

// Owner id, session id, a family secret that lasts as long as the session, a secret that each rotation replaces
const PARTS = [16, 16, 16, 32] as const
const TOKEN_BYTES = PARTS.reduce((sum, bytes) => sum + bytes, 0)

/** The parts of an opaque refresh token. The database has only SHA-256 hashes of the secrets. */
export type RefreshToken = { ownerId: string; sessionId: string; family: Buffer; secret: Buffer }

export function newRefreshToken(ownerId: string, sessionId: string): RefreshToken {
  return { ownerId, sessionId, family: randomBytes(PARTS[2]), secret: randomBytes(PARTS[3]) }
}

/**
 * The successor of `token`. It depends only on the token and the salt of this rotation, so two tabs that refresh at the
 * same time, or a client that lost the response, get the same successor.
 */
export function rotated(token: RefreshToken, salt: Uint8Array): RefreshToken {
  return { ...token, secret: createHmac('sha256', token.secret).update(salt).digest() }
}

export function formatRefreshToken({ ownerId, sessionId, family, secret }: RefreshToken): string {
  return Buffer.concat([uuidBytes(ownerId), uuidBytes(sessionId), family, secret]).toString('base64url')
}

export function parseRefreshToken(value: string): RefreshToken | undefined {
  const bytes = Buffer.from(value, 'base64url')
  if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== value) return undefined
  return {
    ownerId: uuidText(bytes.subarray(0, 16)),
    sessionId: uuidText(bytes.subarray(16, 32)),
    family: bytes.subarray(32, 48),
    secret: bytes.subarray(48),
  }
}

export const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

export function sameBytes(a: Uint8Array, b: Uint8Array | null): boolean {
  return b !== null && a.length === b.length && timingSafeEqual(a, b)
}

const uuidBytes = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex')

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
