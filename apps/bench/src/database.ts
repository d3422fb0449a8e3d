import { migrate } from '@todo/db'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@todo/embedded-postgres'
import { withClient, withDatabase } from '@todo/testing'
import { SEED_VERSION, type Scale, seed } from '@todo/load'
import { join } from 'node:path'

const DATA_DIR = join(import.meta.dirname, '../../../.data/bench')

/**
 * One Postgres for all servers. It does not wait for the disk, because the bench compares what software costs, and it
 * runs no checkpoint and no autovacuum, which would slow down the target that is being measured.
 */
export function startPostgres({ bigTodos }: Scale): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: DATA_DIR,
    database: 'postgres',
    durable: false,
    settings: {
      max_connections: 200,
      shared_buffers: bigTodos > 100_000 ? '2GB' : '128MB',
      checkpoint_timeout: '1h',
      max_wal_size: '16GB',
      wal_level: 'minimal',
      max_wal_senders: 0,
      autovacuum: 'off',
      jit: 'off',
    },
  })
}

/** Copies the seeded rows into a database of this run. @returns its URL */
export async function createDatabase(serverUrl: string, scale: Scale): Promise<string> {
  const template = await seededTemplate(serverUrl, scale)
  await withClient(serverUrl, async (client) => {
    await client.query('DROP DATABASE IF EXISTS bench WITH (FORCE)')
    await client.query(`CREATE DATABASE bench TEMPLATE ${template} STRATEGY file_copy`)
  })
  return withDatabase(serverUrl, 'bench')
}

/** Later runs find the template, and only apply new migrations to it. @returns its name */
async function seededTemplate(serverUrl: string, scale: Scale): Promise<string> {
  const name = `bench_${scale.owners}_${scale.bigTodos}`
  const url = withDatabase(serverUrl, name)
  const isSeeded = await withClient(serverUrl, async (client) => {
    const { rowCount } = await client.query(
      "SELECT FROM pg_database d WHERE datname = $1 AND shobj_description(d.oid, 'pg_database') = $2",
      [name, SEED_VERSION],
    )
    if (rowCount === 1) return true
    await client.query(`DROP DATABASE IF EXISTS ${name}`)
    await client.query(`CREATE DATABASE ${name}`)
    return false
  })
  await migrate({ url })
  if (isSeeded) return name
  await withClient(url, (client) => seed(client, scale))
  await withClient(serverUrl, (client) => client.query(`COMMENT ON DATABASE ${name} IS '${SEED_VERSION}'`))
  return name
}
