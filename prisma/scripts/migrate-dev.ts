// `prisma migrate dev` on the database of DATABASE_URL or, without one, on an embedded server that ends with it.
import { DATABASE_URL } from '@todo/prisma-engine'
import { childEnv, createScratchDatabase, startTestServer } from '@todo/testing'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

// Ctrl-C reaches the CLI by itself; this process stays to stop Postgres.
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interruption.abort())

const root = join(import.meta.dirname, '..')

async function migrateDev(url: string): Promise<void> {
  const prisma = spawn(join(root, 'node_modules/.bin/prisma'), ['migrate', 'dev', ...process.argv.slice(2)], {
    cwd: root,
    env: childEnv({ DATABASE_URL: url }),
    stdio: 'inherit',
  })
  process.on('SIGTERM', () => prisma.kill('SIGTERM'))
  const [code] = (await once(prisma, 'exit')) as [number | null]
  process.exitCode = code ?? 1
}

if (DATABASE_URL === undefined) {
  const server = await startTestServer()
  try {
    await using scratch = await createScratchDatabase(server.url)
    if (!interruption.signal.aborted) await migrateDev(scratch.url)
  } finally {
    await server.stop()
  }
} else {
  await migrateDev(DATABASE_URL)
}
