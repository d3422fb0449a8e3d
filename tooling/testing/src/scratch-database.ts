import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { withClient, withDatabase } from './with-client.ts'

export type ScratchDatabase = AsyncDisposable & { url: string }

const EMPTY = async () => 'template0'

/** Creates a database on the server `serverUrl`, copied from `template`. Dispose drops it. */
export async function createScratchDatabase(
  serverUrl: string,
  template: (admin: Client) => Promise<string> = EMPTY,
): Promise<ScratchDatabase> {
  const name = `todo_test_${randomUUID().replaceAll('-', '')}`
  await withClient(serverUrl, async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${await template(admin)}`)
  })
  return {
    url: withDatabase(serverUrl, name),
    async [Symbol.asyncDispose]() {
      await withClient(serverUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}
