import { chmod, lstat, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startEmbeddedPostgres } from './start.ts'

async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows as T[]
  } finally {
    await client.end()
  }
}

async function tempDir(mode: number) {
  const path = await mkdtemp(join(tmpdir(), 'todo-embedded-'))
  await chmod(path, mode)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('what was committed is there after a stop, an attachment and a kill -9', async () => {
  await using parent = await tempDir(0o755)
  const dataDir = join(parent.path, 'data')
  const first = await startEmbeddedPostgres({ dataDir })
  await query(first.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('stopped')")
  await first.stop()

  const second = await startEmbeddedPostgres({ dataDir })
  const attached = await startEmbeddedPostgres({ dataDir })
  expect(attached.port).toBe(second.port)
  await query(attached.url, "INSERT INTO kept VALUES ('attached')")
  const pid = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0])
  process.kill(pid, 'SIGKILL')
  await sleep(200)

  const third = await startEmbeddedPostgres({ dataDir })
  expect(await query(third.url, 'SELECT word FROM kept ORDER BY 1')).toEqual([
    { word: 'attached' },
    { word: 'stopped' },
  ])
  await third.stop()
})

test('two that start at once share one server', async () => {
  await using parent = await tempDir(0o755)
  const dataDir = join(parent.path, 'data')
  const [one, other] = await Promise.all([
    startEmbeddedPostgres({ dataDir, durable: false }),
    startEmbeddedPostgres({ dataDir, durable: false }),
  ])
  expect(one.port).toBe(other.port)
  expect(await query(other.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await one.stop()
})

test.runIf(process.getuid?.() === 0)(
  'as root in a private folder the cluster is elsewhere, behind a link',
  async () => {
    await using parent = await tempDir(0o700)
    const dataDir = join(parent.path, 'data')
    const first = await startEmbeddedPostgres({ dataDir, durable: false })
    await query(first.url, 'CREATE TABLE kept ()')
    await first.stop()
    expect((await lstat(dataDir)).isSymbolicLink()).toBe(true)
    const second = await startEmbeddedPostgres({ dataDir, durable: false })
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([])
    await second.stop()
    await rm(second.dataDir, { recursive: true })
  },
)
