import { type TestDatabase, createTestDatabase, tablesWithoutOwner } from '@todo/db/testing'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addCanaries } from './support/canary.ts'
import { openCitus } from './support/citus.ts'
import { unreached } from './support/contract.ts'
import { CITUS_URL } from './support/env.ts'
import { type TestServer, startServer } from './support/server.ts'
import { CROSS_SHARD } from './support/statements.ts'
import { badInputSuite } from './suites/bad-input.ts'
import { failuresSuite } from './suites/failures.ts'
import { particularsSuite } from './suites/particulars.ts'
import { sameErrorsSuite } from './suites/same-errors.ts'
import { storySuite } from './suites/story.ts'

// One file, because the last test checks what all the others have covered.
const opened = new AsyncDisposableStack()
let database: TestDatabase
let server: TestServer
let withoutDatabase: TestServer
let busy: TestServer
let withoutTables: TestServer

beforeAll(async () => {
  database = opened.use(
    CITUS_URL === undefined ? await createTestDatabase(inject('testServerUrl')) : await openCitus(CITUS_URL),
  )
  await addCanaries(database.database.pool)
  server = opened.use(await startServer(database.url, { retentionIntervalMs: 1_000 }))
  busy = opened.use(await startServer(database.url, { maxQueued: -1 }))
  withoutDatabase = opened.use(await startServer('postgresql://postgres@127.0.0.1:1/none'))
  const emptied = opened.use(await createTestDatabase(inject('testServerUrl')))
  await emptied.database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  withoutTables = opened.use(await startServer(emptied.url))
})

afterAll(() => opened.disposeAsync())

storySuite(() => server.url)
sameErrorsSuite(() => server.url)
badInputSuite(() => ({ url: server.url, pool: database.database.pool, logs: server.logs }))
particularsSuite(() => ({ url: server.url, pool: database.database.pool, busyUrl: busy.url }))
failuresSuite(() => ({
  url: server.url,
  withoutDatabase: withoutDatabase.url,
  withoutTables: withoutTables.url,
}))

describe('all SQL statements of these tests', () => {
  test('are limited to one owner, except for a few that intentionally go to all shards', async () => {
    await fetch(`${server.url}/metrics`)
    await expect
      .poll(() => [...server.statements()].some((text) => text.includes('DELETE FROM changes')))
      .toBe(true)
    const found = new Set<RegExp>()
    for (const text of server.statements()) {
      const tables = await tablesWithoutOwner(text)
      const [known] = CROSS_SHARD.find(([pattern]) => pattern.test(text)) ?? []
      if (known) found.add(known)
      else expect({ text, tables }).toEqual({ text, tables: [] })
    }
    expect(server.statements().size).toBeGreaterThan(60)
    // Each entry of the list is needed.
    expect([...found].sort()).toEqual(CROSS_SHARD.map(([pattern]) => pattern).sort())
  })
})

describe('the OpenAPI document', () => {
  test('has no response that these tests have not received', () => {
    expect(unreached()).toEqual([])
  })
})
