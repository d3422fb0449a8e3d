import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { type Prisma, PrismaClient } from '../generated/client.ts'
import { type RunStatement, runOn } from './run-statement.ts'
import { endSilentConnections } from './silence.ts'

export type Db = PrismaClient

export type DbTransaction = Prisma.TransactionClient

/** A pool of connections, the Prisma client over it, and what runs statements on it without the client. */
export type Database = { db: Db; run: RunStatement; pool: Pool; close: () => Promise<void> }

export type DatabaseOptions = {
  /** postgresql://… */
  url: string
  /** Connections at most. */
  poolSize?: number
  statementTimeoutMs?: number
  lockTimeoutMs?: number
  applicationName?: string
  /** Told of connections that break while idle; the pool replaces them. */
  onError?: (error: Error) => void
}

const MAX_STATEMENT_NAMES = 500

/** Opens no connection yet: the first query does. */
export function createDatabase({
  url,
  poolSize = 10,
  statementTimeoutMs = 10_000,
  lockTimeoutMs = 5_000,
  applicationName = 'todo',
  onError = () => undefined,
}: DatabaseOptions): Database {
  const pool = new Pool({
    ...connectionOf(url),
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: applicationName,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
  })
  pool.on('error', onError)
  // The statement that runs on it is told, too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  // A server that is gone without a word ends no statement: then we give up a little later.
  endSilentConnections(pool, statementTimeoutMs + 1_000)
  const nameOf = statementNames()
  const adapter = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOf(sql) })
  const db = new PrismaClient({ adapter })
  return {
    db,
    run: runOn(pool, nameOf),
    pool,
    close: async () => {
      await db.$disconnect()
      await pool.end()
    },
  }
}

/** In `pg` the URL's options would replace ours. The last one counts, and times are read as UTC whatever the URL says. */
function connectionOf(url: string): { connectionString: string; options: string } {
  const connection = new URL(url)
  const given = connection.searchParams.get('options')
  connection.searchParams.delete('options')
  return { connectionString: connection.href, options: `${given ?? ''} -c TimeZone=UTC`.trimStart() }
}

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
