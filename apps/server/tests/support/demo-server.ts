import { createTestDatabase } from '@todo/db/testing'
import { join } from 'node:path'
import { type ServerProcess, startProcess } from './process.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** The service as `npm start` runs it, with the demo account and its own database. `opened` disposes both. */
export async function startDemoServer(
  testServerUrl: string,
  opened: AsyncDisposableStack,
): Promise<ServerProcess> {
  const database = opened.use(await createTestDatabase(testServerUrl))
  const server = opened.use(
    await startProcess(MAIN, {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for these tests, of more than 32 bytes',
      LOG_LEVEL: 'warn',
    }),
  )
  await server.ready()
  return server
}
