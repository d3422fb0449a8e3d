// Runs the tests on Postgres 15 from Debian's package. It is the oldest supported version.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '@todo/embedded-postgres'

const bin = process.env['POSTGRES15_BIN'] ?? '/usr/lib/postgresql/15/bin'
await access(join(bin, 'initdb')).catch(() => {
  console.error(`no Postgres 15 in ${bin}: install postgresql-15 or set POSTGRES15_BIN`)
  process.exit(1)
})

const parent = await mkdtemp(join(tmpdir(), 'todo-postgres15-'))
await chmod(parent, 0o755)
const postgres = await startCluster({
  binaries: { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), postgres: join(bin, 'postgres') },
  dataDir: join(parent, 'data'),
  database: 'postgres',
  durable: false,
  settings: { max_connections: 200 },
})
try {
  const tests = spawn(process.execPath, [join(import.meta.dirname, 'test.ts'), '--only-tests'], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: postgres.url },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal))
  const [code] = (await once(tests, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await postgres.stop()
  for (const path of [parent, postgres.dataDir]) await rm(path, { recursive: true, force: true })
}
