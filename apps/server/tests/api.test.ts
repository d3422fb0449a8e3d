import { type TestDatabase, createTestDatabase } from '@todo/db/testing'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addCanaries } from './support/canary.ts'
import { unreached } from './support/contract.ts'
import { type TestServer, startServer } from './support/server.ts'
import { badInputSuite } from './suites/bad-input.ts'
import { failuresSuite } from './suites/failures.ts'
import { particularsSuite } from './suites/particulars.ts'
import { storySuite } from './suites/story.ts'

// One file, because the last test wants to know what all the others reached.
const opened = new AsyncDisposableStack()
let database: TestDatabase
let server: TestServer
let withoutDatabase: TestServer
let withoutTables: TestServer

beforeAll(async () => {
  database = opened.use(await createTestDatabase(inject('testServerUrl')))
  await addCanaries(database.database.pool)
  server = opened.use(await startServer(database.url))
  withoutDatabase = opened.use(await startServer('postgresql://postgres@127.0.0.1:1/none'))
  const emptied = opened.use(await createTestDatabase(inject('testServerUrl')))
  await emptied.database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  withoutTables = opened.use(await startServer(emptied.url))
})

afterAll(() => opened.disposeAsync())

storySuite(() => server.url)
badInputSuite(() => ({ url: server.url, pool: database.database.pool, logs: server.logs }))
particularsSuite(() => ({ url: server.url, pool: database.database.pool }))
failuresSuite(() => ({
  url: server.url,
  withoutDatabase: withoutDatabase.url,
  withoutTables: withoutTables.url,
}))

describe('the OpenAPI document', () => {
  test('promises nothing that no test has reached', () => {
    expect(unreached()).toEqual([])
  })
})
