import type { Pool, PoolClient } from 'pg'

type Callback = (error: Error | undefined, client: PoolClient | undefined, done: () => void) => void

/**
 * Refuses at once whoever would have to wait behind `maxWaiting` others: a queue that grows faster than it is served
 * makes everybody wait until nobody does any more. `pg` itself knows only a time limit.
 */
export function boundQueue(pool: Pool, maxWaiting: number): void {
  const connect = pool.connect.bind(pool) as (callback: Callback) => void
  function bounded(callback: Callback): void {
    if (pool.waitingCount < maxWaiting) connect(callback)
    else callback(poolExhausted(), undefined, () => undefined)
  }
  const asPromise = () =>
    new Promise<PoolClient>((resolve, reject) =>
      bounded((error, client) => (client ? resolve(client) : reject(error ?? poolExhausted()))),
    )
  pool.connect = ((callback?: Callback) => (callback ? bounded(callback) : asPromise())) as Pool['connect']
}

/** 53300 too_many_connections, as Postgres itself would say. */
function poolExhausted(): Error {
  return Object.assign(new Error('too many requests wait for a database connection'), { code: '53300' })
}
