import { retryWhileSlow } from '@todo/postgres'
import { createHash, randomUUID } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'

/** The migrations of this package. */
export const MIGRATIONS_DIR = join(import.meta.dirname, '..', 'migrations')

// Prisma's own advisory lock: this function and a concurrent `prisma migrate deploy` wait for each other.
const LOCK = 72_707_369

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`

const LOCK_POLL_MS = 200
// While a statement waits for a table lock, later queries on that table queue behind it. So waits are short and repeated.
const LOCK_TIMEOUT_MS = 1_000
const ATTEMPTS = 30
const BETWEEN_ATTEMPTS_MS = 1_000

export type Migration = { name: string; sql: string; checksum: string }

/** The migrations in `dir` in order, with Prisma's checksums. */
export async function readMigrations(dir = MIGRATIONS_DIR): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * Applies missing migrations like `prisma migrate deploy` (same table, checksums and lock), but without the Prisma CLI.
 * Safe to run in several processes at once. Returns the names of the migrations that this call applied.
 */
export async function migrate({
  url,
  dir = MIGRATIONS_DIR,
  onNotice = () => undefined,
}: {
  url: string
  dir?: string
  /** Called with warnings: a slow server, an edited migration, migrations that this build does not know. */
  onNotice?: (message: string) => void
}): Promise<string[]> {
  const migrations = await readMigrations(dir)
  const client = await retryWhileSlow(({ message }) =>
    onNotice(`The database does not respond yet, retrying: ${message}`),
  )(() => connect(url))
  try {
    await takeLock(client)
    await client.query(CREATE_TABLE)
    const done = await appliedMigrations(client)
    const unknown = [...done.keys()].filter(
      (name) => !migrations.some((migration) => migration.name === name),
    )
    if (unknown.length > 0)
      onNotice(`The database has migrations that this build does not know: ${unknown.join(', ')}.`)

    const applied: string[] = []
    for (const migration of migrations) {
      const checksum = done.get(migration.name)
      if (checksum === undefined) {
        await apply(client, migration)
        applied.push(migration.name)
      } else if (checksum !== migration.checksum) {
        onNotice(`Migration ${migration.name} was edited after it was applied.`)
      }
    }
    return applied
  } finally {
    await client.end()
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'todo-migrate',
    connectionTimeoutMillis: 10_000,
  })
  // A lost connection rejects its query; without a listener the event would end the process.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/**
 * Polls for the lock. A statement that waited for it would hold a snapshot, and a CREATE INDEX CONCURRENTLY of the process
 * that has the lock would wait for that snapshot: a deadlock.
 */
async function takeLock(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK])
    if (rows[0]?.mine) return
    await sleep(LOCK_POLL_MS)
  }
}

async function appliedMigrations(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  )
  const failed = rows.find((row) => row.finished_at === null)
  if (failed) {
    throw new Error(
      `Migration ${failed.migration_name} failed earlier: repair it, then run "prisma migrate resolve".`,
    )
  }
  return new Map(rows.map((row) => [row.migration_name, row.checksum]))
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID()
  await client.query('INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  try {
    await withBriefLocks(client, sql)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (isLockTimeout(error)) {
      await client.query('DELETE FROM "_prisma_migrations" WHERE id = $1', [id])
      throw new Error(`Migration ${name} could not lock its tables and changed nothing: try again.`, {
        cause: error,
      })
    }
    await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, message])
    throw new Error(`Migration ${name} failed: ${message}`, { cause: error })
  }
  await client.query(
    'UPDATE "_prisma_migrations" SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
    [id],
  )
}

async function withBriefLocks(client: Client, sql: string): Promise<void> {
  // CONCURRENTLY waits for other transactions without blocking them.
  const lockTimeout = /\bCONCURRENTLY\b/i.test(sql) ? 0 : LOCK_TIMEOUT_MS
  await client.query(`SET lock_timeout = ${lockTimeout}`)
  for (let attempt = 1; ; attempt++) {
    try {
      // The simple query protocol runs the whole script in one implicit transaction.
      await client.query(sql)
      return
    } catch (error) {
      if (!isLockTimeout(error) || attempt === ATTEMPTS) throw error
      await sleep(BETWEEN_ATTEMPTS_MS)
    }
  }
}

const isLockTimeout = (error: unknown) => error instanceof DatabaseError && error.code === '55P03'
