import type { DatabaseError, Pool, PoolClient } from 'pg'

/**
 * A migration has changed what a statement gives back that was prepared before: 'cached plan must not change result
 * type'. Nothing of it has run. Its code, 0A000, is that of all that Postgres does not support.
 */
export const isStalePlan = (error: Error | undefined) =>
  (error as DatabaseError | undefined)?.routine === 'RevalidateCachedQuery'

/** Replaces, when they are released, connections that have such a statement: it would fail there for ever. */
export function closeStaleConnections(pool: Pool): void {
  const stale = new WeakSet<PoolClient>()
  pool.on('connect', (client) => {
    client.connection.on('errorMessage', (error: Error) => isStalePlan(error) && stale.add(client))
  })
  // A pool keeps none that has been told to end.
  pool.on('release', (_, client) => stale.has(client) && void client.end())
}
