import type { Postgres } from '../open-postgres.ts'
import { pollReplica } from './poll.ts'
import type { Position } from './position.ts'
import { type Reader, readerOf } from './reader.ts'
import { watchServer } from './watch.ts'

// A short spike of load may delay a single poll.
const MISSES_TO_TERMINATE = 2

export type Replica<Server> = Reader<Server> & {
  /** The position that it has replayed; undefined while it does not answer. */
  position: () => Position | undefined
  poll: () => Promise<void>
  /** Takes it out of rotation after a failed read, until it answers the next poll. */
  suspect: () => void
  close: () => Promise<void>
}

/** Opens a pool to a standby and watches its replay position. */
export function openReplica<Server extends Postgres>(url: string, database: Server): Replica<Server> {
  let position: Position | undefined
  let misses = 0
  const watch = watchServer({
    url,
    preparesStatements: database.preparesStatements,
    poll: pollReplica,
    onPoll(seen) {
      position = seen
      misses = seen ? 0 : misses + 1
      // A dead machine closes no connections. Fail the pending queries now, so that they run on the primary.
      if (misses === MISSES_TO_TERMINATE) database.terminateActive()
    },
  })
  return {
    ...readerOf(database, { name: new URL(url).host, position: watch.position }),
    position: () => position,
    poll: watch.poll,
    suspect() {
      position = undefined
    },
    async close() {
      await watch.stop()
      await database.close()
    },
  }
}
