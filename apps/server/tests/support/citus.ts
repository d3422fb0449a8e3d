import { MIGRATIONS_DIR, createDatabase, migrate } from '@todo/db'
import { type TestDatabase } from '@todo/db/testing'
import { withClient } from '@todo/testing'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const DISTRIBUTE = join(MIGRATIONS_DIR, '../citus/distribute.sql')

/** Migrates and distributes the empty database of `url` on the coordinator of a Citus cluster; does not delete it. */
export async function openCitus(url: string): Promise<TestDatabase> {
  await migrate({ url })
  const statements = (await readFile(DISTRIBUTE, 'utf8')).split(/;$/m)
  await withClient(url, async (client) => {
    // Each statement in its own transaction, as psql runs a file.
    for (const statement of statements) await client.query(statement)
  })
  const database = createDatabase({ url, applicationName: 'todo-test' })
  return { url, database, [Symbol.asyncDispose]: database.close }
}
