import { Pool } from 'pg'
import { unanswered } from '../socket-client.ts'
import type { Ask } from './look.ts'
import type { Position } from './position.ts'

const EVERY_MS = 250
const TIMEOUT_MS = 1_000

type WatchOptions = {
  url: string
  preparesStatements: boolean
  look: (ask: Ask) => Promise<Position>
  /** Told of each look; undefined: it failed. */
  onLook: (position: Position | undefined) => void
}

export type Watch = {
  /** Looks now; those who ask at the same time share one look. */
  look: () => Promise<void>
  /** A look that begins after this is called. @throws an error of class 08 when the server does not answer as it should */
  position: () => Promise<Position>
  stop: () => Promise<void>
}

/**
 * Looks at a server four times a second, and for who asks, on a connection of its own: the pool may be busy, and who has
 * written already is not to wait there once more. A connection on which a look fails is replaced.
 */
export function watchServer({ url, preparesStatements, look, onLook }: WatchOptions): Watch {
  const pool = new Pool({
    connectionString: url,
    max: 1,
    application_name: 'todo-watch',
    connectionTimeoutMillis: TIMEOUT_MS,
    idleTimeoutMillis: 0,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))

  async function lookNow(): Promise<Position> {
    const client = await pool.connect()
    const ask: Ask = async (text) =>
      (await client.query({ text, ...(preparesStatements && { name: 'look' }) })).rows
    try {
      const position = await beforeTimeout(look(ask))
      client.release()
      return position
    } catch (error) {
      // Closes the connection, whether it is broken or still waits for an answer.
      client.release(true)
      throw error
    }
  }

  let underWay: Promise<Position> | undefined
  let next: Promise<Position> | undefined

  /** One look at a time. Who asks meanwhile shares the next with all others who do. */
  function inTurn(): Promise<Position> {
    if (!underWay) return (underWay = lookNow().finally(() => (underWay = undefined)))
    return (next ??= underWay
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return inTurn()
      }))
  }

  async function position(): Promise<Position> {
    try {
      return await inTurn()
    } catch (cause) {
      const error = new Error('the database server does not say where it is', { cause })
      throw Object.assign(error, { code: '08006' })
    }
  }

  let looking: Promise<void> | undefined
  const lookAndTell = async () => onLook(await position().catch(() => undefined))
  const lookOnce = () => (looking ??= lookAndTell().finally(() => (looking = undefined)))
  const timer = setInterval(() => void lookOnce(), EVERY_MS)
  timer.unref()
  void lookOnce()
  return {
    look: lookOnce,
    position,
    async stop() {
      clearInterval(timer)
      await looking
      await pool.end()
    },
  }
}

/** @throws when `answer` takes longer than a second */
async function beforeTimeout<T>(answer: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  // What has arrived is read first: a turn of our own event loop may have taken longer than the answer.
  const timer = setTimeout(() => setImmediate(() => reject(unanswered())), TIMEOUT_MS)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
