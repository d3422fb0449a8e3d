// Generates the Prisma client and the TypedSQL functions into generated/. Postgres itself describes the statements, so
// this brings up a throw-away database with the migrations applied.
import { childEnv, startTestServer } from '@todo/testing'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createThrowAway } from '../src/testing/throw-away.ts'

const root = join(import.meta.dirname, '..')
// Ctrl-C ends the CLI below; this one stays to stop Postgres.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (process.exitCode = 1))

// git keeps no empty folder, and the CLI wants one.
await mkdir(join(root, 'sql'), { recursive: true })
const server = await startTestServer()
try {
  await using database = await createThrowAway(server.url)
  const prisma = spawn(join(root, 'node_modules/.bin/prisma'), ['generate', '--sql', '--no-hints'], {
    cwd: root,
    env: childEnv({ DATABASE_URL: database.url }),
    stdio: 'inherit',
  })
  const [code] = (await once(prisma, 'exit')) as [number | null]
  if (code !== 0) process.exitCode = code ?? 1
} finally {
  await server.stop()
}
