import { createScratchDatabase } from '@todo/testing'
import { type Database, createDatabase } from '../create-database.ts'
import { createMigratedDatabase } from './migrated-database.ts'

export type TestDatabase = AsyncDisposable & { url: string; database: Database }

type Options = { empty?: boolean; poolSize?: number }

/**
 * Creates a database on the server `serverUrl`, migrated unless it is `empty`, and connects to it. Dispose closes the
 * connections and drops it.
 */
export async function createTestDatabase(
  serverUrl: string,
  { empty = false, ...options }: Options = {},
): Promise<TestDatabase> {
  const scratch = await (empty ? createScratchDatabase : createMigratedDatabase)(serverUrl)
  const database = createDatabase({ url: scratch.url, applicationName: 'todo-test', ...options })
  return {
    url: scratch.url,
    database,
    async [Symbol.asyncDispose]() {
      await database.close()
      await scratch[Symbol.asyncDispose]()
    },
  }
}
