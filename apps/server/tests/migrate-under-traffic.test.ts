import { MIGRATIONS_DIR, migrate } from '@todo/db'
import { createTestDatabase, lintMigration } from '@todo/db/testing'
import { withClient } from '@todo/testing'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { recovered, underLoad } from './support/load.ts'
import { measured } from './support/measured.ts'
import { type TestServer, startServer } from './support/server.ts'
import { makeWorld } from './support/world.ts'

/** Migrations that a next version might need; each of them passes the lint. */
const NEXT = {
  '99990101000000_columns':
    'ALTER TABLE todos ADD COLUMN remind_at timestamptz; ALTER TABLE todos ADD COLUMN flags integer NOT NULL DEFAULT 0;',
  '99990101000001_index': 'CREATE INDEX CONCURRENTLY todos_remind ON todos (owner_id, remind_at);',
  '99990101000002_check': 'ALTER TABLE todos ADD CONSTRAINT todos_flags CHECK (flags >= 0) NOT VALID;',
  '99990101000003_validate': 'ALTER TABLE todos VALIDATE CONSTRAINT todos_flags;',
  '99990101000004_table': 'CREATE TABLE reminders (owner_id uuid, id uuid, PRIMARY KEY (owner_id, id));',
}

const HELD_MS = 10_000

const opened = new AsyncDisposableStack()
let url: string
let server: TestServer
let dir: string

beforeAll(async () => {
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  url = database.url
  server = opened.use(await startServer(url))
  dir = await mkdtemp(join(tmpdir(), 'todo-migrations-'))
  opened.defer(() => rm(dir, { recursive: true }))
  await cp(MIGRATIONS_DIR, dir, { recursive: true })
  for (const [name, sql] of Object.entries(NEXT)) {
    await mkdir(join(dir, name))
    await writeFile(join(dir, name, 'migration.sql'), sql)
  }
})
afterAll(() => opened.disposeAsync())

test.for(Object.entries(NEXT))('%s passes the lint', async ([, sql]) => {
  expect(await lintMigration(sql)).toEqual([])
})

test('the running version keeps serving while the next one migrates, even while another client holds a lock', async () => {
  const { token } = await makeWorld(server.url)
  let applied: string[] = []
  const report = await underLoad(
    { urls: [server.url], authorization: `Bearer ${token}` },
    async (running) => {
      await withClient(url, async (other) => {
        // Like a dump or a long report: it only reads, but blocks changes of the table.
        await other.query('BEGIN; SELECT count(*) FROM todos')
        const migrating = migrate({ url, dir })
        await sleep(HELD_MS)
        await other.query('COMMIT')
        applied = await migrating
      })
      await recovered(running)
    },
  )
  measured('migrated under traffic, a lock held for 10 s', report)
  expect(applied).toEqual(Object.keys(NEXT))
  expect(report.others).toEqual([])
  expect(report.unavailable).toBe(0)
  expect(report.acknowledged.length).toBeGreaterThan(10)
  // No request waits as long as that lock is held: the migration retries with a short lock timeout.
  expect(report.slowestMs).toBeLessThan(HELD_MS * 0.75)
})
