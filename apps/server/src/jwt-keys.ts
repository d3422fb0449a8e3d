import { type KeyRing, type SigningKey, createKeyRing, signingKey } from '@todo/core'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from './env.ts'

type KeyEnv = Pick<Env, 'jwtSecret' | 'jwtSecretPrevious' | 'jwtKeysDir' | 'jwtKeysDelaySeconds'>

// Also finds what no change of the folder itself tells of, such as a file that was written anew.
const EVERY_MS = 2_000
// Who sends made-up key ids is not to keep the disk busy.
const MAX_REREADS = 50
const MIN_BYTES = 32
const KID = /^[\w-][\w.-]{0,127}$/
const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/

export type OpenKeyRing = KeyRing & { close: () => void }

/**
 * The ring of JWT_SECRET, JWT_SECRET_PREVIOUS and of the files in JWT_KEYS_DIR, which may change at any time: it is
 * read again every two seconds, and before a token is refused whose key is not known.
 * @throws Error when there is no key at the start
 */
export function openKeyRing(env: KeyEnv, onError: (error: unknown) => void): OpenKeyRing {
  let keys = readKeys(env)
  let ring = createKeyRing(keys)
  let rereads = 0

  /** Whether there is anything new. What cannot be read leaves all as it is. */
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

  function look(): void {
    rereads = 0
    reread()
  }

  const changes = env.jwtKeysDir !== undefined
  const timer = changes ? setInterval(look, EVERY_MS).unref() : undefined
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
    throw new Error(`JWT_KEYS_DIR ${jwtKeysDir} holds no key: a file of ${MIN_BYTES} random bytes or more`)
  return [newest, ...others]
}

/** The newest by name first: Kubernetes gives all files of a volume new times with each change. */
function readFolder(dir: string, delayMs: number): SigningKey[] {
  const names = readdirSync(dir).filter((name) => KID.test(name) && statSync(join(dir, name)).isFile())
  return names
    .sort()
    .toReversed()
    .map((kid) => {
      const secret = readFileSync(join(dir, kid), 'utf8').trim()
      if (Buffer.byteLength(secret) < MIN_BYTES)
        throw new Error(`key ${kid} has fewer than ${MIN_BYTES} bytes`)
      return { kid, secret, signsFrom: signsFrom(kid, delayMs) }
    })
}

/** Of a name that begins with its time, as 20261124T100000Z; a key of another name signs at once. */
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
