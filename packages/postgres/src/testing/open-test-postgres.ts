import { createScratchDatabase } from '@todo/testing'
import { type Postgres, type PostgresOptions, openPostgres } from '../open-postgres.ts'

export type TestPostgres = AsyncDisposable & { url: string; postgres: Postgres }

/** Connects to a new, empty database. Dispose closes the connections and drops it. */
export async function openTestPostgres(
  serverUrl: string,
  options: Omit<PostgresOptions, 'url'> = {},
): Promise<TestPostgres> {
  const scratch = await createScratchDatabase(serverUrl)
  const postgres = openPostgres({ url: scratch.url, ...options })
  return {
    url: scratch.url,
    postgres,
    async [Symbol.asyncDispose]() {
      await postgres.close()
      await scratch[Symbol.asyncDispose]()
    },
  }
}
