import { type ScratchDatabase, createScratchDatabase, withDatabase } from '@todo/testing'
import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { migrate, readMigrations } from '../migrate.ts'

const TEMPLATE_LOCK = 72_707_370

/** Creates a migrated database on the server `serverUrl`. Dispose drops it. */
export function createMigratedDatabase(serverUrl: string): Promise<ScratchDatabase> {
  return createScratchDatabase(serverUrl, (admin) => ensureTemplate(admin, serverUrl))
}

/** Creates the migrated template database once per set of migrations. */
async function ensureTemplate(admin: Client, serverUrl: string): Promise<string> {
  const checksums = (await readMigrations()).map(({ checksum }) => checksum)
  const name = `todo_template_${createHash('sha256').update(checksums.join()).digest('hex').slice(0, 16)}`
  // Postgres cannot copy a template twice at the same time; the lock also prevents that.
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (rowCount === 0) {
    const draft = `${name}_draft`
    await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
    await admin.query(`CREATE DATABASE ${draft}`)
    await migrate({ url: withDatabase(serverUrl, draft) })
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`)
  }
  return name
}
