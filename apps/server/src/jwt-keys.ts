import { type KeyRing, type SigningKey, createKeyRing, signingKey } from '@todo/core'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from './env.ts'

type KeyEnv = Pick<Env, 'jwtSecret' | 'jwtSecretPrevious' | 'jwtKeysDir' | 'jwtKeysDelaySeconds'>

// Polling also finds changes that file system events miss, such as a rewritten file on a mounted volume.
const POLL_MS = 2_000
// Limits disk reads caused by tokens with made-up key ids, per poll.
const MAX_REREADS = 50
const MIN_BYTES = 32
const KID = /^[\w-][\w.-]{0,127}$/
const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/

export type OpenKeyRing = KeyRing & { close: () => void }

/**
 * Opens the keys of JWT_SECRET, JWT_SECRET_PREVIOUS and JWT_KEYS_DIR. The folder may change at any time: it is read every
 * two seconds, and before a token with an unknown key is rejected.
 * @throws Error if there is no key at the start
 */
export function openKeyRing(env: KeyEnv, onError: (error: unknown) => void): OpenKeyRing {
  let keys = readKeys(env)
  let ring = createKeyRing(keys)
  let rereads = 0

  /** Returns true if the keys have changed. Keeps the current ones if reading fails. */
  function reread(): boolean {
    rereads += 1
    try {
      const now = readKeys(env)
      if (JSON.stringify(now) === JSON.stringify(keys)) return false
      keys = now
      ring = createKeyRing(keys)
      return true
    } catch (error) {
      onError(error)
      return false
    }
  }

  function poll(): void {
    rereads = 0
    reread()
  }

  const changes = env.jwtKeysDir !== undefined
  const timer = changes ? setInterval(poll, POLL_MS).unref() : undefined
  return {
    sign: (caller, now) => ring.sign(caller, now),
    hasKeyOf: (token) => ring.hasKeyOf(token),
    verify(token) {
      try {
        return ring.verify(token)
      } catch (error) {
        if (!changes || ring.hasKeyOf(token) || rereads >= MAX_REREADS || !reread()) throw error
        return ring.verify(token)
      }
    },
    close: () => clearInterval(timer),
  }
}

type Keys = [SigningKey, ...SigningKey[]]

function readKeys({ jwtSecret, jwtSecretPrevious, jwtKeysDir, jwtKeysDelaySeconds }: KeyEnv): Keys {
  const [newest, ...others] = [
    ...(jwtKeysDir === undefined ? [] : readFolder(jwtKeysDir, jwtKeysDelaySeconds * 1000)),
    ...[jwtSecret, jwtSecretPrevious].filter((secret) => secret !== undefined).map(signingKey),
  ]
  if (!newest)
    throw new Error(
      `JWT_KEYS_DIR ${jwtKeysDir} contains no key: add a file of at least ${MIN_BYTES} random bytes.`,
    )
  return [newest, ...others]
}

/** Newest first, by name: Kubernetes resets the times of all files in a volume with each change. */
function readFolder(dir: string, delayMs: number): SigningKey[] {
  const names = readdirSync(dir).filter((name) => KID.test(name) && statSync(join(dir, name)).isFile())
  return names
    .sort()
    .toReversed()
    .map((kid) => {
      const secret = readFileSync(join(dir, kid), 'utf8').trim()
      if (Buffer.byteLength(secret) < MIN_BYTES)
        throw new Error(`Key ${kid} must have at least ${MIN_BYTES} bytes.`)
      return { kid, secret, signsFrom: signsFrom(kid, delayMs) }
    })
}

/** When a key starts to sign: after the time in its name (20261124T100000Z), or at once if there is none. */
function signsFrom(kid: string, delayMs: number): Date | undefined {
  const iso = TIME.exec(kid)?.slice(1)
  if (!iso) return undefined
  const [year, month, day, hour, minute, second] = iso.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second) + delayMs)
}
