import { createPasswordHasher } from '@todo/core'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import { PASSWORD, type Scale, WORDS } from './fixture.ts'

const SEED = join(import.meta.dirname, 'seed.sql')

export async function fill(client: Client, { owners, bigTodos }: Scale): Promise<void> {
  const settings = {
    'bench.owners': owners,
    'bench.big_todos': bigTodos,
    'bench.words': WORDS.join(','),
    'bench.password_hash': await createPasswordHasher().hash(PASSWORD),
    // No foreign keys while the rows come: they are right by construction.
    session_replication_role: 'replica',
    maintenance_work_mem: '1GB',
  }
  for (const [name, value] of Object.entries(settings)) {
    await client.query('SELECT set_config($1, $2, false)', [name, String(value)])
  }
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid = 'todos'::regclass AND NOT indisprimary`,
  )
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`)
  await client.query(await readFile(SEED, 'utf8'))
  for (const { definition } of rows) await client.query(definition)
  await client.query('VACUUM (ANALYZE, FREEZE)')
}
