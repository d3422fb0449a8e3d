import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startEmbeddedPostgres } from './start.ts'

test('Postgres starts after a crash although another program has its process id', async () => {
  await using opened = new AsyncDisposableStack()
  const parent = await mkdtemp(join(tmpdir(), 'todo-embedded-'))
  opened.defer(() => rm(parent, { recursive: true }))
  await chmod(parent, 0o755)
  const dataDir = join(parent, 'data')
  const pidFile = join(dataDir, 'postmaster.pid')

  const crashed = await startEmbeddedPostgres({ dataDir })
  opened.defer(crashed.stop)
  const content = await readFile(pidFile, 'utf8')
  process.kill(Number.parseInt(content, 10), 'SIGKILL')
  await crashed.stop()

  // Postgres only checks processes of the cluster's owner.
  const { uid } = await stat(dataDir)
  const program = spawn('sleep', ['60'], { stdio: 'ignore', ...(uid !== process.getuid?.() && { uid }) })
  opened.defer(() => void program.kill())
  await writeFile(pidFile, content.replace(/^\d+/, String(program.pid)))

  const next = await startEmbeddedPostgres({ dataDir })
  opened.defer(next.stop)
  const client = new Client({ connectionString: next.url })
  await client.connect()
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await client.end()
})
