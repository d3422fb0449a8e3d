import { type Client, type Connection, Query, type QueryConfig } from 'pg'
import type { Duplex } from 'node:stream'

/**
 * Sends a query together with the other batched queries of this turn of the event loop. `pg` writes each query by itself,
 * which is a system call each.
 */
export async function batchedQuery<Row>(client: Client, config: QueryConfig): Promise<Row[]> {
  try {
    return await new Promise((resolve, reject) => {
      const query = new BatchedQuery(config)
      query.on('end', ({ rows }) => resolve(rows as Row[]))
      query.on('error', reject)
      client.query(query)
    })
  } catch (error) {
    // As `pg` does for queries with a promise: the stack shows the caller instead of the socket.
    if (error instanceof Error) Error.captureStackTrace(error)
    throw error
  }
}

class BatchedQuery extends Query {
  // A field, because the types of `pg` declare it as one.
  override submit = (connection: Connection) => {
    holdWrites(connection.stream)
    // `pg` handles an error that is returned, not one that is thrown.
    return Query.prototype.submit.call(this, connection)
  }
}

const held = new WeakSet<Duplex>()

/** Holds back what is written to a stream until the end of this turn of the event loop. */
function holdWrites(stream: Duplex): void {
  if (held.has(stream)) return
  held.add(stream)
  stream.cork()
  setImmediate(() => {
    held.delete(stream)
    stream.uncork()
  })
}
