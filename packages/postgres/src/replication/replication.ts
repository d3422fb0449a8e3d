import { setTimeout as sleep } from 'node:timers/promises'
import type { Postgres } from '../open-postgres.ts'
import { lagClock } from './lag.ts'
import { pollPrimary } from './poll.ts'
import { type Position, formatToken, includes, parseToken } from './position.ts'
import { type Reader, readerOf } from './reader.ts'
import { type Replica, openReplica } from './replica.ts'
import { watchServer } from './watch.ts'

/** How long a read waits for a replica that is nearly up to date. */
const WAIT_MS = 50
const BETWEEN_POLLS_MS = 2
/** Replicas that are further behind serve no reads. */
const MAX_LAG_MS = 10_000

/** More than the primary writes to its log between two polls, in bytes. */
const BETWEEN_POLLS_BYTES = 2n ** 26n

const RECORD = 'UPDATE wal_timeline SET timeline = $1::int WHERE timeline < $1::int'

export type ReplicaState = {
  /** Host and port. */
  name: string
  counts: Postgres['counts']
  serves: boolean
  /** undefined while it does not answer. */
  lagMs: number | undefined
}

type ReplicationOptions<Server> = {
  url: string
  replicaUrls: readonly string[]
  /** Opens a pool of connections to a replica. */
  open: (replicaUrl: string) => Server
}

/** Picks a server for each read, so that callers never read older data than they have seen. */
export type Replication<Server> = {
  primary: Reader<Server>
  /** A replica that has replayed the token's position, or else the primary. */
  readerFor: (token: string | undefined) => Promise<Reader<Server>>
  /**
   * The primary's token. If the primary does not answer, the write is committed all the same, so this does not throw: the
   * token is then ahead of everything written so far, and its holder reads from the primary until a replica gets there.
   */
  tokenAfterWrite: () => Promise<string>
  /** Takes a replica out of rotation after a failed read, until it answers again. */
  suspect: (reader: Reader<Server>) => void
  replicas: () => ReplicaState[]
  /** Number of reads routed to each server, by name. */
  reads: () => ReadonlyMap<string, number>
  close: () => Promise<void>
}

/**
 * Spreads reads over streaming replicas, each with its own URL. A token names the position in the primary's log that its
 * holder has seen; replicas that have not replayed it are skipped. There is no state per caller, so this works across
 * instances (docs/adr/0011-consistency-tokens.md).
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
    poll: pollPrimary,
    onPoll(position) {
      if (!position) return
      clock.observe(position)
      if (position.timeline !== recorded) void record(position)
    },
  })

  async function primaryPosition(): Promise<Position> {
    const position = await watch.position()
    clock.observe(position)
    return position
  }

  const primary = readerOf(database, { name: 'primary', position: primaryPosition })
  const reads = new Map([primary, ...replicas].map(({ name }) => [name, 0]))

  async function record({ timeline }: Position): Promise<void> {
    const written = await database.run({ text: RECORD, values: [timeline] }).catch(() => undefined)
    if (written) recorded = timeline
  }

  /** The position that a replica has replayed; undefined if it must not serve reads. */
  function usablePosition(replica: Replica<Server>): Position | undefined {
    const position = replica.position()
    if (!position || clock.lagOf(position) > MAX_LAG_MS) return undefined
    // After a promotion, a standby that did not follow it may hold data that the new primary lacks.
    return position.timeline === (clock.latest() ?? position).timeline ? position : undefined
  }

  function tokenAhead(): string {
    const { timeline, lsn } = clock.latest() ?? { timeline: 0, lsn: 0n }
    return formatToken({ timeline, lsn: lsn + BETWEEN_POLLS_BYTES })
  }

  const replicasWhere = (isEnough: (position: Position) => boolean) =>
    replicas.filter((replica) => {
      const position = usablePosition(replica)
      return position !== undefined && isEnough(position)
    })

  const isAhead = ({ lsn }: Position) => lsn > (clock.latest()?.lsn ?? 0n)

  async function candidatesFor(wanted: Position): Promise<Replica<Server>[]> {
    const until = performance.now() + WAIT_MS
    for (;;) {
      const able = replicasWhere((position) => includes(position, wanted))
      const near = replicasWhere(
        (position) => position.timeline === wanted.timeline && clock.lagOf(position) < WAIT_MS,
      )
      const left = until - performance.now()
      if (able.length > 0 || near.length === 0 || left <= 0) return able
      // A server may hang, so the wait is limited. A token ahead of the primary is forged, or from `tokenAhead`.
      if (isAhead(wanted)) await Promise.race([sleep(left), watch.poll()])
      if (isAhead(wanted)) return able
      await Promise.race([sleep(left), ...near.map((replica) => replica.poll())])
      await sleep(BETWEEN_POLLS_MS)
    }
  }

  async function candidates(token: string | undefined): Promise<Replica<Server>[]> {
    if (token === undefined) return replicasWhere(() => true)
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
    tokenAfterWrite: () => primary.token().catch(tokenAhead),
    suspect: (reader) => replicas.find((replica) => replica === reader)?.suspect(),
    replicas: () =>
      replicas.map((replica) => {
        const position = replica.position()
        const lagMs = position && clock.lagOf(position)
        return {
          name: replica.name,
          counts: replica.counts,
          serves: usablePosition(replica) !== undefined,
          lagMs,
        }
      }),
    reads: () => reads,
    close: async () =>
      void (await Promise.all([watch.stop(), ...replicas.map((replica) => replica.close())])),
  }
}
