import { type ClientBase, Pool, type PoolClient } from 'pg'
import { boundQueue } from './bounded-pool.ts'
import { socketOfOneBuffer } from './one-buffer.ts'
import { type RunStatement, runOn } from './run-statement.ts'
import { destroyStream, endSilentConnections } from './silence.ts'
import { closeStaleConnections } from './stale-plans.ts'

/** A pool of connections to one server, and what runs statements on it. */
export type Postgres = {
  run: RunStatement
  pool: Pool
  /** Of a statement, by its text; '' for one that is not to be prepared. */
  nameOf: (sql: string) => string
  /** Not behind a pooler that cannot (`?pgbouncer=true`). */
  preparesStatements: boolean
  /** Ends the connections that are in use: their statements fail as those of a server that is gone. */
  cut: () => void
  close: () => Promise<void>
}

export type PostgresOptions = {
  /** postgresql://… */
  url: string
  /** Connections at most. */
  poolSize?: number
  statementTimeoutMs?: number
  lockTimeoutMs?: number
  applicationName?: string
  /** A standby will do; otherwise a connection to one counts as none. */
  readOnly?: boolean
  /** Told of connections that break while idle; the pool replaces them. */
  onError?: (error: Error) => void
}

const MAX_STATEMENT_NAMES = 500
/** How long a query waits for a connection, which may have to be made. */
const CONNECTION_TIMEOUT_MS = 3_000
const MAX_WAITING_PER_CONNECTION = 50

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
  const pool = new Pool({
    ...connectionOf(url),
    max: poolSize,
    stream: socketOfOneBuffer,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: applicationName,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg waits for it; its types do not say so
    ...(!readOnly && { onConnect: refuseStandby }),
  })
  pool.on('error', onError)
  // The statement that runs on it is told, too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  closeStaleConnections(pool)
  boundQueue(pool, poolSize * MAX_WAITING_PER_CONNECTION)
  // A server that is gone without a word ends no statement: then we give up a little later.
  const cut = endSilentConnections(pool, statementTimeoutMs + 1_000)
  const preparesStatements = new URL(url).searchParams.get(NOT_PREPARED) !== 'true'
  const nameOf = preparesStatements ? statementNames() : () => ''
  return {
    run: runOn(pool, nameOf),
    pool,
    nameOf,
    preparesStatements,
    cut,
    close: () => pool.end(),
  }
}

/**
 * While a standby is promoted, the URL may lead to one that is not, or no longer. A connection to it would stay in the
 * pool when the URL is right again.
 */
async function refuseStandby(client: ClientBase): Promise<void> {
  try {
    const { rows } = await client.query<{ standby: boolean }>(ROLE)
    // read_only_sql_transaction, as a write on it would say
    if (rows[0]?.standby)
      throw Object.assign(new Error('the database server is a standby'), { code: '25006' })
  } catch (error) {
    // The pool would wait for a farewell, and a server that is silent says none.
    destroyStream(client as PoolClient, error)
    throw error
  }
}

const ROLE = { text: 'SELECT pg_is_in_recovery() AS standby', query_timeout: 2_000 }

/** In `pg` the URL's options would replace ours. The last one counts, and times are read as UTC whatever the URL says. */
function connectionOf(url: string): { connectionString: string; options: string } {
  const connection = new URL(url)
  const given = connection.searchParams.get('options')
  connection.searchParams.delete('options')
  connection.searchParams.delete(NOT_PREPARED)
  return { connectionString: connection.href, options: `${given ?? ''} -c TimeZone=UTC`.trimStart() }
}

/** As in Prisma's URLs: `?pgbouncer=true`, for a pooler that gives each transaction any connection, and is too old to
 * know which statements were prepared on it (PgBouncer before 1.21). */
const NOT_PREPARED = 'pgbouncer'

/** Names statements so that Postgres prepares them once per connection; the first 500, as each costs it memory. */
function statementNames() {
  const names = new Map<string, string>()
  return (sql: string) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= MAX_STATEMENT_NAMES) return ''
    const name = `s${names.size}`
    names.set(sql, name)
    return name
  }
}
