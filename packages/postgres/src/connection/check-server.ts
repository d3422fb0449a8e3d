import { DatabaseError, type Pool } from 'pg'
import type { Postgres } from '../open-postgres.ts'
import { retryWhileSlow } from './retry-while-slow.ts'

export type Finding = { message: string; isFatal: boolean }

type Settings = {
  time_zone: string
  statement_timeout: string
  connections: number
}

const SETTINGS = `
  SELECT current_setting('TimeZone') AS time_zone, current_setting('statement_timeout') AS statement_timeout,
    least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)) AS connections
  FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user`

type Expected = {
  /** The most connections that an instance opens. */
  perInstance: number
  instances: number
  /** Receives the error of each attempt to reach a slow server that is retried. */
  onRetry?: (error: Error) => void
}

/** Checks the server's settings. Waits for a server that is slow to respond. */
export async function checkServer(
  { pool, preparesStatements }: Pick<Postgres, 'pool' | 'preparesStatements'>,
  { perInstance, instances, onRetry = () => undefined }: Expected,
): Promise<Finding[]> {
  const retry = retryWhileSlow(onRetry)
  const { rows } = await retry(() => pool.query<Settings>(SETTINGS))
  const { time_zone: timeZone, statement_timeout: timeout, connections } = rows[0] as Settings
  const findings: Finding[] = []
  const find = (isFatal: boolean, message: string) => findings.push({ message, isFatal })

  const needed = perInstance * instances
  if (perInstance > connections) {
    find(
      true,
      `One instance opens up to ${perInstance} connections, but the server allows ${connections}: lower DATABASE_POOL_SIZE.`,
    )
  } else if (needed > connections) {
    find(
      false,
      `${instances} instances open up to ${needed} connections, but the server allows ${connections}: lower DATABASE_POOL_SIZE, raise max_connections, or use a pooler.`,
    )
  }
  if (timeZone !== 'UTC') {
    find(
      true,
      `The pooler drops the session's TimeZone, which is ${timeZone}: ALTER ROLE … SET TimeZone = 'UTC'.`,
    )
  }
  if (timeout === '0') {
    find(false, "The pooler drops the session's timeouts: ALTER ROLE … SET statement_timeout = '10s'.")
  }
  if (preparesStatements && !(await keepsStatementsApart(pool, retry))) {
    find(
      true,
      'The pooler mixes up prepared statements: use PgBouncer 1.21 or newer, or add ?pgbouncer=true to the URL.',
    )
  }
  return findings
}

/** False if the pooler confuses different statements that two clients prepared under the same name. */
async function keepsStatementsApart(pool: Pool, retry: ReturnType<typeof retryWhileSlow>): Promise<boolean> {
  if (pool.options.max < 2) return true
  await using clients = new AsyncDisposableStack()
  const connect = async () => {
    const client = await retry(() => pool.connect())
    clients.defer(async () => client.release())
    return client
  }
  const [one, other] = [await connect(), await connect()]
  const ask = async (which: 0 | 1) => {
    const client = which === 0 ? one : other
    const { rows } = await client.query<{ n: number }>({
      name: 'todo_check',
      text: `SELECT ${which} AS n`,
    })
    return rows[0]?.n === which
  }
  try {
    for (const which of [0, 1, 0, 1] as const) if (!(await ask(which))) return false
    return true
  } catch (error) {
    if (error instanceof DatabaseError && MIXED_UP.has(error.code ?? '')) return false
    throw error
  }
}

// invalid_sql_statement_name, duplicate_prepared_statement, protocol_violation
const MIXED_UP = new Set(['26000', '42P05', '08P01'])
