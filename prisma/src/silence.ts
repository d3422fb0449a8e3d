import type { Pool, PoolClient } from 'pg'

type Stream = NodeJS.WritableStream & {
  setTimeout: (milliseconds: number) => void
  destroy: (error: Error) => void
}

/**
 * Ends connections on which a server that is gone without a word lets a query wait. `pg` has an option for it
 * (`query_timeout`), whose timer per query costs more than the rest of a small query; a socket's own is only reset.
 */
export function endSilentConnections(pool: Pool, milliseconds: number): void {
  const inUse = new WeakSet<PoolClient>()
  pool.on('acquire', (client) => inUse.add(client))
  pool.on('release', (_, client) => inUse.delete(client))
  pool.on('connect', (client) => {
    const stream = client.connection.stream as unknown as Stream
    stream.setTimeout(milliseconds)
    stream.on('timeout', () => {
      if (!inUse.has(client)) return
      const error = new Error('the database server does not answer')
      stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }))
    })
  })
}
