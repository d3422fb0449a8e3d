import type { ClientConfig, Pool } from 'pg'
import { canPrepare, connectionOf } from './connection/connection-url.ts'
import { GuardedPool } from './connection/guarded-pool.ts'
import { openPipelines } from './statements/pipelines.ts'
import { refuseStandby } from './connection/refuse-standby.ts'
import { type RunStatement, runOn, runWith, withoutName } from './statements/run-statement.ts'
import { statementNames } from './statements/statement-names.ts'

/** The connections to one server. */
export type Postgres = {
  run: RunStatement
  pool: Pool
  /** The name of a statement that is prepared once per connection; '' if it is prepared for each execution. */
  nameOf: (sql: string) => string
  /** False behind a pooler without prepared statements (`?pgbouncer=true`). */
  preparesStatements: boolean
  counts: () => ConnectionCounts
  /** Closes the connections in use: their statements fail as if the server had gone. */
  terminateActive: () => void
  close: () => Promise<void>
}

export type ConnectionCounts = { max: number; total: number; idle: number; waiting: number }

export type PostgresOptions = {
  /** postgresql://… */
  url: string
  /** Maximum number of connections. A quarter of them, rounded down, are pipelines for lookups. */
  poolSize?: number
  statementTimeoutMs?: number
  lockTimeoutMs?: number
  applicationName?: string
  /** Allows connections to a standby, which otherwise counts as unavailable. */
  readOnly?: boolean
  /** Called when an idle connection breaks; the pool replaces it. */
  onError?: (error: Error) => void
}

/** How long a query waits for a free or a new connection. */
const CONNECTION_TIMEOUT_MS = 3_000
const MAX_WAITING_PER_CONNECTION = 50
/** Lookups take less than a millisecond; a slow one delays those behind it. */
const LOOKUP_TIMEOUT_MS = 1_000

/**
 * Pipelines are shared, so no caller may write or keep a transaction open on them. A lookup reads along an index whatever
 * its values are, and planning a deep page takes as long as reading it.
 */
const LOOKUPS = '-c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan'

/** Creates the pool. The first query opens a connection. */
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
  // A dead server enforces no statement_timeout, so the client gives up a second later.
  const socketTimeoutMs = statementTimeoutMs + 1_000
  const preparesStatements = canPrepare(url)
  // Such a pooler drops the pipelines' timeout and read-only setting. One that keeps prepared statements may, too.
  const size = preparesStatements ? Math.floor(poolSize / 4) : 0
  const maxWaiting = poolSize * MAX_WAITING_PER_CONNECTION
  const pool = new GuardedPool({
    ...config,
    max: poolSize - size,
    maxWaiting,
    socketTimeoutMs,
    idleTimeoutMillis: 30_000,
    // oxlint-disable-next-line typescript/no-misused-promises -- `pg` awaits the promise, but its types say void
    ...(!readOnly && { onConnect: refuseStandby }),
  })
  pool.on('error', onError)
  const pipelines = openPipelines({
    size,
    config: {
      ...config,
      options: `${config.options} ${LOOKUPS}`,
      statement_timeout: Math.min(statementTimeoutMs, LOOKUP_TIMEOUT_MS),
    },
    // Each connection takes as many as the pool's queue, where they may have to run.
    maxPending: maxWaiting,
    socketTimeoutMs,
    checkServer: readOnly ? async () => undefined : refuseStandby,
    runOnPool: (query) => runOn(pool, withoutName(query)),
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
