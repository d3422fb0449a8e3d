import type { ClientConfig, Pool } from 'pg'
import { canPrepare, connectionOf } from './connection-url.ts'
import { GuardedPool } from './guarded-pool.ts'
import { openPipelines } from './pipelines.ts'
import { refuseStandby } from './refuse-standby.ts'
import { type RunStatement, runOn, runWith, withoutName } from './run-statement.ts'
import { statementNames } from './statement-names.ts'

/** The connections to one server, and what runs statements on them. */
export type Postgres = {
  run: RunStatement
  pool: Pool
  /** The name of a prepared statement, by its text; '' for one that is prepared anew each time. */
  nameOf: (sql: string) => string
  /** False behind a pooler that cannot (`?pgbouncer=true`). */
  preparesStatements: boolean
  counts: () => ConnectionCounts
  /** Closes the connections that are in use: their statements fail as if the server had gone. */
  terminateActive: () => void
  close: () => Promise<void>
}

export type ConnectionCounts = { max: number; total: number; idle: number; waiting: number }

export type PostgresOptions = {
  /** postgresql://… */
  url: string
  /** The largest number of connections. A quarter of them, rounded down, are pipelines for lookups. */
  poolSize?: number
  statementTimeoutMs?: number
  lockTimeoutMs?: number
  applicationName?: string
  /** Also connects to a standby; otherwise a standby counts as unavailable. */
  readOnly?: boolean
  /** Called for connections that break while idle, which are then replaced. */
  onError?: (error: Error) => void
}

/** How long a query waits for a connection, which may have to be opened. */
const CONNECTION_TIMEOUT_MS = 3_000
const MAX_WAITING_PER_CONNECTION = 50
/** Lookups take less than a millisecond; one that takes longer delays those behind it. */
const LOOKUP_TIMEOUT_MS = 1_000

/** Opens no connection yet: the first query does. */
export function openPostgres({
  url,
  poolSize = 10,
  statementTimeoutMs = 10_000,
  lockTimeoutMs = 5_000,
  applicationName = 'todo',
  readOnly = false,
  onError = () => undefined,
}: PostgresOptions): Postgres {
  const config = {
    ...connectionOf(url),
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
    application_name: applicationName,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
  } satisfies ClientConfig
  // A server that is gone without a word ends no statement: we give up a little later.
  const silenceMs = statementTimeoutMs + 1_000
  const preparesStatements = canPrepare(url)
  // A pooler would drop the settings that keep pipelines short and read-only.
  const size = preparesStatements ? Math.floor(poolSize / 4) : 0
  const maxWaiting = poolSize * MAX_WAITING_PER_CONNECTION
  const pool = new GuardedPool({
    ...config,
    max: poolSize - size,
    maxWaiting,
    silenceMs,
    idleTimeoutMillis: 30_000,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg waits for it; its types do not say so
    ...(!readOnly && { onConnect: refuseStandby }),
  })
  pool.on('error', onError)
  const pipelines = openPipelines({
    size,
    config: {
      ...config,
      // Nobody's transaction may be begun on a connection that is shared.
      options: `${config.options} -c default_transaction_read_only=on`,
      statement_timeout: Math.min(statementTimeoutMs, LOOKUP_TIMEOUT_MS),
    },
    // Half of what the pool's queue holds, since unanswered lookups may have to go there.
    maxPending: Math.floor(maxWaiting / 2 / Math.max(size, 1)),
    silenceMs,
    checkServer: readOnly ? async () => undefined : refuseStandby,
    runAlone: (query) => runOn(pool, withoutName(query)),
    onError,
  })
  const nameOf = preparesStatements ? statementNames() : () => ''
  const lookUp = size > 0 ? pipelines.lookUp : (query: Parameters<typeof runOn>[1]) => runOn(pool, query)
  return {
    run: runWith({ pool, lookUp, nameOf }),
    pool,
    nameOf,
    preparesStatements,
    counts: () => ({
      max: poolSize,
      total: pool.totalCount + pipelines.counts().total,
      idle: pool.idleCount + pipelines.counts().idle,
      waiting: pool.waitingCount,
    }),
    terminateActive() {
      pool.terminateActive()
      pipelines.terminateActive()
    },
    close: async () => void (await Promise.all([pool.end(), pipelines.close()])),
  }
}
