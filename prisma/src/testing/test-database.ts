import { type Database, createDatabase } from '../create-database.ts'
import { createThrowAway } from './throw-away.ts'

export type TestDatabase = AsyncDisposable & { url: string; database: Database }

type Options = Parameters<typeof createThrowAway>[1] & { poolSize?: number }

/** Creates a throw-away database and a client on the server `serverUrl`. Dispose closes and drops it. */
export async function createTestDatabase(
  serverUrl: string,
  { empty = false, ...options }: Options = {},
): Promise<TestDatabase> {
  const throwAway = await createThrowAway(serverUrl, { empty })
  const database = createDatabase({ url: throwAway.url, applicationName: 'todo-test', ...options })
  return {
    url: throwAway.url,
    database,
    async [Symbol.asyncDispose]() {
      await database.close()
      await throwAway[Symbol.asyncDispose]()
    },
  }
}
