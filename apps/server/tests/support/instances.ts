import { join } from 'node:path'
import { type ServerProcess, startProcess } from './process.ts'
import type { Topology } from './topology.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** Starts three instances of the service that use a primary and its standbys. `opened` disposes them. */
export async function startInstances(
  { url, standbys }: Topology,
  opened: AsyncDisposableStack,
): Promise<ServerProcess[]> {
  const started: ServerProcess[] = []
  for (let instance = 0; instance < 3; instance++) {
    const server = opened.use(
      await startProcess(MAIN, {
        NODE_ENV: 'production',
        DATABASE_URL: url,
        DATABASE_REPLICA_URLS: standbys.map(({ postgres }) => postgres.url).join(','),
        JWT_SECRET: 'a secret for these tests, of more than 32 bytes',
        LOG_LEVEL: 'warn',
      }),
    )
    await server.ready()
    started.push(server)
  }
  return started
}
