import { withClient } from '@todo/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { Prisma } from '../generated/client.ts'
import type { Database } from './create-database.ts'
import { runIn } from './run-in-transaction.ts'
import { type TestDatabase, createTestDatabase } from './testing/test-database.ts'

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject('testServerUrl'), { empty: true, poolSize: 1 })
  database = testDatabase.database
})
afterAll(() => testDatabase[Symbol.asyncDispose]())

const now = new Date('2026-05-01T12:00:00.123Z')
const id = '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10'

test('values are the same in a transaction and outside', async () => {
  const values = Prisma.sql`
    SELECT ${'Grüße "\\ {,}'}::text AS text, ${42}::int AS int, ${1.5}::float8 AS float, ${true}::boolean AS yes,
      ${null}::text AS nothing, ${{ a: [1, 'b'] }}::jsonb AS json, ${['a,"b\\', 'c']}::text[] AS list,
      ${now}::timestamptz AS at, '{}'::uuid[] AS none, ${[id]}::uuid[] AS uuids`
  const row = {
    text: 'Grüße "\\ {,}',
    int: 42,
    float: 1.5,
    yes: true,
    nothing: null,
    json: { a: [1, 'b'] },
    list: ['a,"b\\', 'c'],
    at: '2026-05-01T12:00:00.123Z',
    none: [],
    uuids: [id],
  }
  expect(await database.run(values)).toEqual([row])
  expect(await database.db.$transaction((tx) => runIn(tx)(values))).toEqual([row])
})

test.each([
  ['2026-05-01 12:00:00Z', '2026-05-01T12:00:00.000Z'],
  ['2026-05-01 12:00:00.123999Z', '2026-05-01T12:00:00.123Z'],
  ['1969-12-31 23:59:59.999999Z', '1969-12-31T23:59:59.999Z'],
])('%s is read to the millisecond in and outside a transaction', async (inPostgres, text) => {
  const at = { text: 'SELECT $1::text::timestamptz AS at', values: [inPostgres] }
  expect(await database.run(at)).toEqual([{ at: text }])
  expect(await database.db.$transaction((tx) => runIn(tx)(at))).toEqual([{ at: text }])
})

test('infinity cannot be read in a transaction or outside', async () => {
  const read = { text: 'SELECT $1::text::timestamptz AS at', values: ['infinity'] }
  await expect(database.run(read)).rejects.toThrow(RangeError)
  await expect(database.db.$transaction((tx) => runIn(tx)(read))).rejects.toThrow(RangeError)
})

test('Prisma and run share prepared statements', async () => {
  const both = Prisma.sql`SELECT ${7}::int AS seven`
  expect(await database.db.$queryRaw(both)).toEqual([{ seven: 7 }])
  expect(await database.run(both)).toEqual([{ seven: 7 }])
  expect(await database.db.$queryRaw(both)).toEqual([{ seven: 7 }])
})

test('after a migration a transaction fails once on each connection', async () => {
  const alter = (sql: string) => withClient(testDatabase.url, (client) => client.query(sql))
  await alter(`CREATE TABLE events (at) AS SELECT timestamptz(6) '2026-05-01T12:00:00.123Z'`)
  const at = { text: 'SELECT at, pg_backend_pid() AS pid FROM events', values: [] }
  const inTransaction = () => database.db.$transaction((tx) => runIn(tx)<{ pid: number }>(at))
  const [before] = await inTransaction()
  await alter('ALTER TABLE events ALTER COLUMN at TYPE timestamptz(3)')
  await expect(inTransaction()).rejects.toThrow('cached plan must not change result type')
  const [after] = await inTransaction()
  expect(after).toMatchObject({ at: '2026-05-01T12:00:00.123Z' })
  expect(after!.pid).not.toBe(before!.pid)
})
