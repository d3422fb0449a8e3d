import { setTimeout as sleep } from 'node:timers/promises'
import type { Postgres } from '../open-postgres.ts'
import { lagClock } from './lag.ts'
import { lookAtPrimary } from './look.ts'
import { type Position, includes, parseToken } from './position.ts'
import { type Reader, readerOf } from './reader.ts'
import { type Replica, openReplica } from './replica.ts'
import { watchServer } from './watch.ts'

/** How long a read waits for a replica that is about to have what it asks for. */
const WAIT_MS = 50
const BETWEEN_LOOKS_MS = 2
/** Replicas that are further behind serve nobody. */
const MAX_LAG_MS = 10_000

const RECORD = 'UPDATE wal_timeline SET timeline = $1::int WHERE timeline < $1::int'

export type ReplicaState = {
  /** Host and port. */
  name: string
  counts: Postgres['counts']
  serves: boolean
  /** undefined: it does not answer. */
  lagMs: number | undefined
}

type ReplicationOptions<Server> = {
  url: string
  replicaUrls: readonly string[]
  /** Opens a pool of connections to a replica. */
  open: (replicaUrl: string) => Server
}

/** Reads on replicas that never show a caller less than it has seen. */
export type Replication<Server> = {
  primary: Reader<Server>
  /** Where to read: a replica that has what the token stands for if there is one, else the primary. */
  readerFor: (token: string | undefined) => Promise<Reader<Server>>
  /** Leaves a replica out that failed a read, until it answers again. */
  suspect: (reader: Reader<Server>) => void
  replicas: () => ReplicaState[]
  /** How many reads each server was given, by name. */
  reads: () => ReadonlyMap<string, number>
  close: () => Promise<void>
}

/**
 * Spreads reads over streaming replicas, each with a URL of its own. A token is the place in the primary's log that
 * its holder has seen; a replica that has not replayed that far is not asked. Nothing is kept per caller, so it holds
 * across instances (docs/adr/0011-consistency-tokens.md).
 */
export function spreadReads<Server extends Postgres>(
  database: Server,
  { url, replicaUrls, open }: ReplicationOptions<Server>,
): Replication<Server> {
  const clock = lagClock()
  const replicas = replicaUrls.map((replicaUrl) => openReplica(replicaUrl, open(replicaUrl)))
  let recorded: number | undefined
  let turn = 0

  const watch = watchServer({
    url,
    preparesStatements: database.preparesStatements,
    look: lookAtPrimary,
    onLook(position) {
      if (!position) return
      clock.saw(position)
      if (position.timeline !== recorded) void record(position)
    },
  })

  const primary = readerOf(database, { name: 'primary', position: watch.position })
  const reads = new Map([primary, ...replicas].map(({ name }) => [name, 0]))

  async function record({ timeline }: Position): Promise<void> {
    const written = await database.run({ text: RECORD, values: [timeline] }).catch(() => undefined)
    if (written) recorded = timeline
  }

  /** Up to where a replica has replayed; undefined: it is not to serve. */
  function standing(replica: Replica<Server>): Position | undefined {
    const position = replica.position()
    if (!position || clock.lagOf(position) > MAX_LAG_MS) return undefined
    // A standby that did not follow a promotion shows what nobody else has.
    return position.timeline === (clock.timeline() ?? position.timeline) ? position : undefined
  }

  const having = (isEnough: (position: Position) => boolean) =>
    replicas.filter((replica) => {
      const position = standing(replica)
      return position !== undefined && isEnough(position)
    })

  async function candidatesFor(wanted: Position): Promise<Replica<Server>[]> {
    const until = performance.now() + WAIT_MS
    for (;;) {
      const able = having((position) => includes(position, wanted))
      const near = having(
        (position) => position.timeline === wanted.timeline && clock.lagOf(position) < WAIT_MS,
      )
      const left = until - performance.now()
      if (able.length > 0 || near.length === 0 || left <= 0) return able
      // One of them may have begun to hang.
      await Promise.race([sleep(left), ...near.map((replica) => replica.look())])
      await sleep(BETWEEN_LOOKS_MS)
    }
  }

  async function candidates(token: string | undefined): Promise<Replica<Server>[]> {
    if (token === undefined) return having(() => true)
    const wanted = parseToken(token)
    return wanted ? candidatesFor(wanted) : []
  }

  return {
    primary,
    async readerFor(token) {
      const able = await candidates(token)
      turn += 1
      const reader = able[turn % able.length] ?? primary
      reads.set(reader.name, (reads.get(reader.name) ?? 0) + 1)
      return reader
    },
    suspect: (reader) => replicas.find((replica) => replica === reader)?.suspect(),
    replicas: () =>
      replicas.map((replica) => {
        const position = replica.position()
        const lagMs = position && clock.lagOf(position)
        return { name: replica.name, counts: replica.counts, serves: standing(replica) !== undefined, lagMs }
      }),
    reads: () => reads,
    close: async () =>
      void (await Promise.all([watch.stop(), ...replicas.map((replica) => replica.close())])),
  }
}
