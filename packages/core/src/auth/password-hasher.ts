import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { DomainError } from '../errors/domain-error.ts'

// OWASP Password Storage Cheat Sheet: Argon2id with m=19456 (19 MiB), t=2, p=1.
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const TAG_BYTES = 32

const derive = promisify(argon2)

/** Hashes passwords off the event loop, one at a time: each takes 19 MiB, and an instance has 128. */
export type PasswordHasher = {
  hash: (password: string) => Promise<string>
  /** Without a hash: false, after the same time, so that timing does not reveal whether an account exists. */
  verify: (password: string, hash: string | undefined) => Promise<boolean>
}

/** Both functions throw DomainError TOO_BUSY while `maxQueued` calls wait. */
export function createPasswordHasher({ maxQueued = 16 } = {}): PasswordHasher {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  function queued<T>(work: () => Promise<T>): Promise<T> {
    if (waiting > maxQueued) throw new DomainError('TOO_BUSY')
    waiting += 1
    const result = last.then(work)
    last = result.then(
      () => (waiting -= 1),
      () => (waiting -= 1),
    )
    return result
  }

  return {
    hash: async (password) =>
      queued(async () => {
        const salt = randomBytes(16)
        const tag = await derive('argon2id', {
          ...COST,
          message: password,
          nonce: salt,
          tagLength: TAG_BYTES,
        })
        return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`
      }),
    verify: async (password, hash) =>
      queued(async () => {
        const { cost, salt, tag } = hash === undefined ? unknownAccount() : parsePhc(hash)
        const actual = await derive('argon2id', {
          ...cost,
          message: password,
          nonce: salt,
          tagLength: tag.length,
        })
        return timingSafeEqual(actual, tag) && hash !== undefined
      }),
  }
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

const unknownAccount = () => ({ cost: COST, salt: randomBytes(16), tag: randomBytes(TAG_BYTES) })

/** PHC string format, as in the reference implementation of Argon2. */
function parsePhc(hash: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash)
  if (!match) throw new Error('the stored password hash is not an Argon2id PHC string')
  const [, memory, passes, parallelism, salt = '', tag = ''] = match
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
