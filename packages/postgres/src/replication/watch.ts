import { Pool } from 'pg'
import { noResponse } from '../connection/socket-client.ts'
import type { RunQuery } from './poll.ts'
import type { Position } from './position.ts'

const EVERY_MS = 250
const TIMEOUT_MS = 1_000

type WatchOptions = {
  url: string
  preparesStatements: boolean
  poll: (runQuery: RunQuery) => Promise<Position>
  /** Called after each poll, with undefined if it failed. */
  onPoll: (position: Position | undefined) => void
}

export type Watch = {
  /** Polls now and calls `onPoll`. Concurrent calls share one poll. */
  poll: () => Promise<void>
  /** The result of a poll that starts after this call. @throws an error with SQLSTATE 08006 when the poll fails */
  position: () => Promise<Position>
  stop: () => Promise<void>
}

/**
 * Polls a server four times a second and on demand, on its own connection: the pool may be busy, and a request that has
 * already run its statements must not queue for it again. A failed poll replaces the connection.
 */
export function watchServer({ url, preparesStatements, poll, onPoll }: WatchOptions): Watch {
  const pool = new Pool({
    connectionString: url,
    max: 1,
    application_name: 'todo-watch',
    connectionTimeoutMillis: TIMEOUT_MS,
    idleTimeoutMillis: 0,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))

  async function pollNow(): Promise<Position> {
    const client = await pool.connect()
    const runQuery: RunQuery = async (text) =>
      (await client.query({ text, ...(preparesStatements && { name: 'poll' }) })).rows
    try {
      const position = await withTimeout(poll(runQuery))
      client.release()
      return position
    } catch (error) {
      // Closes the connection: it is broken, or still waits for a response.
      client.release(true)
      throw error
    }
  }

  let current: Promise<Position> | undefined
  let next: Promise<Position> | undefined

  /** Runs one poll at a time. Calls during a poll share the next one. */
  function enqueuePoll(): Promise<Position> {
    if (!current) return (current = pollNow().finally(() => (current = undefined)))
    return (next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return enqueuePoll()
      }))
  }

  async function position(): Promise<Position> {
    try {
      return await enqueuePoll()
    } catch (cause) {
      const error = new Error('Could not read the WAL position of the database server.', { cause })
      throw Object.assign(error, { code: '08006' })
    }
  }

  let polling: Promise<void> | undefined
  const pollAndReport = async () => onPoll(await position().catch(() => undefined))
  const pollOnce = () => (polling ??= pollAndReport().finally(() => (polling = undefined)))
  const timer = setInterval(() => void pollOnce(), EVERY_MS)
  timer.unref()
  void pollOnce()
  return {
    poll: pollOnce,
    position,
    async stop() {
      clearInterval(timer)
      await polling
      await pool.end()
    },
  }
}

/** @throws if `response` takes longer than a second */
async function withTimeout<T>(response: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  // setImmediate lets the event loop read a response that arrived while other work blocked it.
  const timer = setTimeout(() => setImmediate(() => reject(noResponse())), TIMEOUT_MS)
  try {
    return await Promise.race([response, timeout])
  } finally {
    clearTimeout(timer)
  }
}
