import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { type Prisma, PrismaClient } from '../generated/client.ts'

export type Db = PrismaClient

export type DbTransaction = Prisma.TransactionClient

/** A pool of connections and the Prisma client over it. */
export type Database = { db: Db; pool: Pool; close: () => Promise<void> }

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
    // A server that is gone without a word ends no statement: then we give up a little later.
    query_timeout: statementTimeoutMs + 1_000,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
  })
  pool.on('error', onError)
  const adapter = new PrismaPg(pool, { statementNameGenerator: statementNames() })
  const db = new PrismaClient({ adapter })
  return {
    db,
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
  return ({ sql }: { sql: string }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= MAX_STATEMENT_NAMES) return ''
    const name = `s${names.size}`
    names.set(sql, name)
    return name
  }
}
