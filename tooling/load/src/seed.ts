import { createPasswordHasher } from '@todo/core'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { PASSWORD, type Scale, WORDS } from './fixture.ts'

const SEED = readFileSync(join(import.meta.dirname, 'seed.sql'), 'utf8')

/** Differs when seed.sql differs, so that rows seeded by another version are recognized. */
export const SEED_VERSION = createHash('sha256').update(SEED).digest('hex')

/** Fills a migrated, empty database with the rows of fixture.ts. */
export async function seed(client: Client, { owners, bigTodos }: Scale): Promise<void> {
  const settings = {
    'bench.owners': owners,
    'bench.big_todos': bigTodos,
    'bench.words': WORDS.join(','),
    'bench.password_hash': await createPasswordHasher().hash(PASSWORD),
    // Skips the checks of foreign keys: the seeded rows are consistent.
    session_replication_role: 'replica',
    maintenance_work_mem: '1GB',
  }
  for (const [name, value] of Object.entries(settings)) {
    await client.query('SELECT set_config($1, $2, false)', [name, String(value)])
  }
  // A million rows are inserted faster without the indexes.
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid = 'todos'::regclass AND NOT indisprimary`,
  )
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`)
  await client.query(SEED)
  for (const { definition } of rows) await client.query(definition)
  await client.query('VACUUM (ANALYZE, FREEZE)')
}
