import type { Pool } from 'pg'
import { type DatabaseOptions, createDatabase } from '../create-database.ts'
import { lookAtReplica } from './look.ts'
import type { Position } from './position.ts'
import { type Reader, readerOf } from './reader.ts'
import { watchServer } from './watch.ts'

// One may be lost to a moment's load.
const MISSES_TO_CUT = 2

export type Replica = Reader & {
  pool: Pool
  /** Up to where it has replayed; undefined: it does not answer. */
  position: () => Position | undefined
  look: () => Promise<void>
  /** It failed a read: it serves again once it answers the next look. */
  suspect: () => void
  close: () => Promise<void>
}

/** A standby, and what is known of it. */
export function openReplica(options: DatabaseOptions): Replica {
  const database = createDatabase({ ...options, readOnly: true })
  let position: Position | undefined
  let misses = 0
  const watch = watchServer({
    url: options.url,
    preparesStatements: database.preparesStatements,
    look: lookAtReplica,
    onLook(seen) {
      position = seen
      misses = seen ? 0 : misses + 1
      // A machine that is gone says nothing; who waits for it is better served elsewhere.
      if (misses === MISSES_TO_CUT) database.cut()
    },
  })
  return {
    ...readerOf(database, { name: new URL(options.url).host, position: watch.position }),
    pool: database.pool,
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
