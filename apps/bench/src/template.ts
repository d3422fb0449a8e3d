import { migrate } from '@todo/db'
import { withClient, withDatabase } from '@todo/testing'
import { type Scale, fill } from '@todo/load'

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
