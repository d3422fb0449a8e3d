import { type Database, createDatabase } from '../create-database.ts'
import { createThrowAway } from './throw-away.ts'

export type TestDatabase = AsyncDisposable & { url: string; database: Database }

type Options = Parameters<typeof createThrowAway>[1] & { poolSize?: number }

/** A throw-away database with a client, on the server of `serverUrl`; closed and dropped on dispose. */
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
