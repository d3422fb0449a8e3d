import { createPasswordHasher } from '@todo/core'
import { migrate } from '@todo/db'
import { withClient, withDatabase } from '@todo/db/testing'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import { PASSWORD, type Scale, WORDS } from './fixture.ts'

const SEED = join(import.meta.dirname, 'seed.sql')

/**
 * A database with the rows of fixture.ts, as a template that each run copies: a second run finds it made.
 * @param serverUrl of any database of the server @returns the name of the template
 */
export async function seed(serverUrl: string, scale: Scale): Promise<string> {
  const name = `bench_${scale.owners}_${scale.bigTodos}`
  if (await isMade(serverUrl, name)) return name
  await withClient(serverUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name}`)
    await client.query(`CREATE DATABASE ${name}`)
  })
  const url = withDatabase(serverUrl, name)
  await migrate({ url })
  await withClient(url, (client) => fill(client, scale))
  await withClient(serverUrl, (client) => client.query(`COMMENT ON DATABASE ${name} IS 'complete'`))
  return name
}

/** A fresh copy of the template. */
export async function copyDatabase(serverUrl: string, template: string): Promise<string> {
  await withClient(serverUrl, async (client) => {
    await client.query('DROP DATABASE IF EXISTS bench WITH (FORCE)')
    await client.query(`CREATE DATABASE bench TEMPLATE ${template} STRATEGY file_copy`)
  })
  return withDatabase(serverUrl, 'bench')
}

async function isMade(serverUrl: string, name: string): Promise<boolean> {
  return withClient(serverUrl, async (client) => {
    const { rowCount } = await client.query(
      "SELECT FROM pg_database d WHERE datname = $1 AND shobj_description(d.oid, 'pg_database') = 'complete'",
      [name],
    )
    return rowCount === 1
  })
}

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
