import type { Postgres } from '../open-postgres.ts'
import { lookAtReplica } from './look.ts'
import type { Position } from './position.ts'
import { type Reader, readerOf } from './reader.ts'
import { watchServer } from './watch.ts'

// One may be lost to a moment's load.
const MISSES_TO_TERMINATE = 2

export type Replica<Server> = Reader<Server> & {
  /** Up to where it has replayed; undefined: it does not answer. */
  position: () => Position | undefined
  look: () => Promise<void>
  /** It failed a read: it serves again once it answers the next look. */
  suspect: () => void
  close: () => Promise<void>
}

/** A standby, and what is known of it. */
export function openReplica<Server extends Postgres>(url: string, database: Server): Replica<Server> {
  let position: Position | undefined
  let misses = 0
  const watch = watchServer({
    url,
    preparesStatements: database.preparesStatements,
    look: lookAtReplica,
    onLook(seen) {
      position = seen
      misses = seen ? 0 : misses + 1
      // A machine that is gone says nothing; who waits for it is better served elsewhere.
      if (misses === MISSES_TO_TERMINATE) database.terminateActive()
    },
  })
  return {
    ...readerOf(database, { name: new URL(url).host, position: watch.position }),
    position: () => position,
    look: watch.look,
    suspect() {
      position = undefined
    },
    async close() {
      await watch.stop()
      await database.close()
    },
  }
}
