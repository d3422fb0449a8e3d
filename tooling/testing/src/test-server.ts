import { startEmbeddedPostgres } from '@todo/embedded-postgres'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { TEST_DATABASE_URL } from './env.ts'

export type TestServer = { url: string; stop: () => Promise<void> }

/** Returns the server of TEST_DATABASE_URL, or starts an embedded one; `stop` deletes that. */
export async function startTestServer(): Promise<TestServer> {
  if (TEST_DATABASE_URL !== undefined) return { url: TEST_DATABASE_URL, stop: async () => undefined }
  const parent = await mkdtemp(join(tmpdir(), 'todo-test-postgres-'))
  await chmod(parent, 0o755)
  const postgres = await startEmbeddedPostgres({
    dataDir: join(parent, 'data'),
    database: 'postgres',
    durable: false,
    settings: { max_connections: 200 },
  })
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop()
      // If the temporary folder is private, the cluster is elsewhere.
      for (const path of [parent, postgres.dataDir]) await rm(path, { recursive: true, force: true })
    },
  }
}
