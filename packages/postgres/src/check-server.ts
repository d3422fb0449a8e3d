import { DatabaseError, type Pool } from 'pg'
import type { Postgres } from './open-postgres.ts'

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

/** What of a server's settings does not suit `instances` services that open `perInstance` connections each. */
export async function checkServer(
  { pool, preparesStatements }: Pick<Postgres, 'pool' | 'preparesStatements'>,
  { perInstance, instances }: { perInstance: number; instances: number },
): Promise<Finding[]> {
  const { rows } = await pool.query<Settings>(SETTINGS)
  const { time_zone: timeZone, statement_timeout: timeout, connections } = rows[0] as Settings
  const findings: Finding[] = []
  const find = (isFatal: boolean, message: string) => findings.push({ message, isFatal })

  const needed = perInstance * instances
  if (perInstance > connections) {
    find(
      true,
      `one instance opens up to ${perInstance} connections, the server allows ${connections}: lower DATABASE_POOL_SIZE`,
    )
  } else if (needed > connections) {
    find(
      false,
      `${instances} instances open up to ${needed} connections, the server allows ${connections}: lower DATABASE_POOL_SIZE, raise max_connections, or use a pooler`,
    )
  }
  if (timeZone !== 'UTC') {
    find(
      true,
      `the pooler drops the session's TimeZone: ALTER ROLE … SET TimeZone = 'UTC' (it is ${timeZone})`,
    )
  }
  if (timeout === '0') {
    find(false, "the pooler drops the session's time limits: ALTER ROLE … SET statement_timeout = '10s'")
  }
  if (preparesStatements && !(await keepsStatementsApart(pool))) {
    find(
      true,
      'the pooler mixes up prepared statements: use PgBouncer 1.21 or newer, or add ?pgbouncer=true to the URL',
    )
  }
  return findings
}

/** Whether two connections may give the same name to two statements: not behind a pooler that knows nothing of them. */
async function keepsStatementsApart(pool: Pool): Promise<boolean> {
  if (pool.options.max < 2) return true
  const clients = await Promise.all([pool.connect(), pool.connect()])
  const ask = async (which: 0 | 1) => {
    const { rows } = await clients[which].query<{ n: number }>({
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
  } finally {
    for (const client of clients) client.release()
  }
}

// invalid_sql_statement_name, duplicate_prepared_statement, protocol_violation
const MIXED_UP = new Set(['26000', '42P05', '08P01'])
