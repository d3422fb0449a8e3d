import { chmod, lstat, mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { pidOf } from './postmaster-pid.ts'
import { type EmbeddedOptions, startEmbeddedPostgres } from './start.ts'

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

/** Starts a server that is stopped at the end of the test. */
async function start(options: EmbeddedOptions) {
  const postgres = await startEmbeddedPostgres(options)
  return { ...postgres, [Symbol.asyncDispose]: () => postgres.stop().catch(() => undefined) }
}

test('committed data survives a stop, a second user and a kill -9', async () => {
  await using parent = await tempDir(0o755)
  const dataDir = join(parent.path, 'data')
  await using first = await start({ dataDir })
  await query(first.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('stopped')")
  await first.stop()
  await expect(query(first.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')

  await using second = await start({ dataDir })
  await using attached = await start({ dataDir })
  expect(attached.port).toBe(second.port)
  await query(attached.url, "INSERT INTO kept VALUES ('attached')")
  process.kill((await pidOf(dataDir))!, 'SIGKILL')

  await using third = await start({ dataDir })
  expect(await query(third.url, 'SELECT word FROM kept ORDER BY 1')).toEqual([
    { word: 'attached' },
    { word: 'stopped' },
  ])
  await third.stop()
})

test('concurrent starts share one server', async () => {
  await using parent = await tempDir(0o755)
  const dataDir = join(parent.path, 'data')
  await using servers = new AsyncDisposableStack()
  const starts = await Promise.allSettled([1, 2, 3].map(() => start({ dataDir, durable: false })))
  for (const result of starts) if (result.status === 'fulfilled') servers.use(result.value)
  expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  const urls = starts.flatMap((result) => (result.status === 'fulfilled' ? [result.value.url] : []))
  expect(new Set(urls).size).toBe(1)
  expect(await Promise.all(urls.map((url) => query(url, 'SELECT 1 AS one')))).toEqual(
    urls.map(() => [{ one: 1 }]),
  )
})

// Only root runs Postgres as another user, who cannot enter a private folder.
test.runIf(process.getuid?.() === 0)(
  'for root in a private folder the cluster is elsewhere, behind a link',
  async () => {
    await using parent = await tempDir(0o700)
    await using outside = new AsyncDisposableStack()
    const dataDir = join(parent.path, 'data')
    {
      await using first = await start({ dataDir, durable: false })
      outside.defer(() => rm(first.dataDir, { recursive: true }))
      await query(first.url, 'CREATE TABLE kept ()')
      expect((await lstat(dataDir)).isSymbolicLink()).toBe(true)
      expect(await readlink(dataDir)).toBe(first.dataDir)
    }
    await using second = await start({ dataDir, durable: false })
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([])
  },
)
