import { Pool } from 'pg'
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
  /** A look that begins now. @throws an error of class 08 when the server does not answer as it should */
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
    query_timeout: TIMEOUT_MS,
    idleTimeoutMillis: 0,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const ask: Ask = async (text) => {
    const { rows } = await pool.query({ text, ...(preparesStatements && { name: 'look' }) })
    return rows
  }

  async function position(): Promise<Position> {
    try {
      return await look(ask)
    } catch (cause) {
      const error = new Error('the database server does not say where it is', { cause })
      throw Object.assign(error, { code: '08006' })
    }
  }

  let looking: Promise<void> | undefined
  const lookNow = async () => onLook(await position().catch(() => undefined))
  const lookOnce = () => (looking ??= lookNow().finally(() => (looking = undefined)))
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
