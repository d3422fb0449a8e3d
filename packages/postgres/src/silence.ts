import type { Pool, PoolClient } from 'pg'

type Stream = NodeJS.WritableStream & {
  setTimeout: (milliseconds: number) => void
  destroy: (error: Error) => void
}

const streamOf = (client: PoolClient) => client.connection.stream as unknown as Stream

/** Ends a connection without a farewell. */
export function destroyStream(client: PoolClient, error: unknown): void {
  streamOf(client).destroy(error instanceof Error ? error : new Error(String(error)))
}

/**
 * Ends connections on which a server that is gone without a word lets a query wait. `pg` has an option for it
 * (`query_timeout`), whose timer per query costs more than the rest of a small query; a socket's own is only reset.
 * Returns what ends all of them at once, for whoever knows sooner.
 */
export function endSilentConnections(pool: Pool, milliseconds: number): () => void {
  // A set that clients come to and leave with each query would be made anew again and again.
  const inUse = new Map<PoolClient, boolean>()
  const end = (client: PoolClient) =>
    destroyStream(
      client,
      Object.assign(new Error('the database server does not answer'), { code: 'ETIMEDOUT' }),
    )
  pool.on('acquire', (client) => inUse.set(client, true))
  pool.on('release', (_, client) => inUse.set(client, false))
  pool.on('remove', (client) => inUse.delete(client))
  pool.on('connect', (client) => {
    const stream = streamOf(client)
    stream.setTimeout(milliseconds)
    stream.on('timeout', () => inUse.get(client) && end(client))
  })
  return () => inUse.forEach((isInUse, client) => isInUse && end(client))
}
