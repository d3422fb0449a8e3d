import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Postgres, openPostgres } from '../open-postgres.ts'
import { type ScratchDatabase, createScratchDatabase, withClient } from '@todo/testing'

const POOL_SIZE = 3
const AT = { text: 'SELECT at, pg_backend_pid() AS pid FROM events', values: [] }

let scratch: ScratchDatabase
let postgres: Postgres
let single: Postgres
let piped: Postgres

beforeAll(async () => {
  scratch = await createScratchDatabase(inject('testServerUrl'))
  postgres = openPostgres({ url: scratch.url, poolSize: POOL_SIZE })
  single = openPostgres({ url: scratch.url, poolSize: 1 })
  piped = openPostgres({ url: scratch.url, poolSize: 4 })
  await alter('CREATE TABLE events (at timestamptz(3))')
  await alter("INSERT INTO events VALUES ('2026-05-01T12:00:00.123Z')")
})
afterAll(async () => {
  await Promise.all([postgres.close(), single.close(), piped.close()])
  await scratch[Symbol.asyncDispose]()
})

/** Changes the schema on another connection, like a migration under traffic. */
const alter = (sql: string) =>
  withClient(scratch.url, (client) => client.query(`SET TimeZone = 'UTC'; ${sql}`))

const manyRuns = (times: number) =>
  Promise.all(Array.from({ length: times }, () => postgres.run<{ at: string; pid: number }>(AT)))

const migrations: [type: string, at: string][] = [
  ['timestamptz(6)', '2026-05-01T12:00:00.123Z'],
  ['text', '2026-05-01 12:00:00.123+00'],
]
test.each(migrations)('no statement fails when a column becomes %s', async (type, at) => {
  const before = new Set((await manyRuns(POOL_SIZE)).flat().map(({ pid }) => pid))
  expect(before.size).toBe(POOL_SIZE)
  await alter(`ALTER TABLE events ALTER COLUMN at TYPE ${type}`)

  const rows = (await manyRuns(20)).flat()
  expect(rows).toHaveLength(20)
  expect(new Set(rows.map((row) => row.at))).toEqual(new Set([at]))
  // A connection with a stale statement is unusable, so all were replaced.
  const after = (await manyRuns(POOL_SIZE)).flat()
  expect(after.filter(({ pid }) => before.has(pid))).toEqual([])
})

test('no lookup on a pipeline fails when a column changes', async () => {
  const lookUps = () => Promise.all(Array.from({ length: 20 }, () => piped.run({ ...AT, isLookup: true })))
  const [before] = (await lookUps()).flat()
  await alter('ALTER TABLE events ALTER COLUMN at TYPE timestamptz(6) USING at::timestamptz')
  const rows = (await lookUps()).flat()
  expect(rows).toHaveLength(20)
  expect(new Set(rows.map(({ at }) => at))).toEqual(new Set(['2026-05-01T12:00:00.123Z']))
  const [after] = (await lookUps()).flat()
  expect(after!.pid).not.toBe(before!.pid)
})

test('a connection whose transaction met a stale plan is replaced', async () => {
  const inTransaction = async () => {
    const client = await single.pool.connect()
    try {
      await client.query('BEGIN')
      return (await client.query<{ pid: number }>({ ...AT, name: single.nameOf(AT.text) })).rows[0]
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }
  const before = await inTransaction()
  await alter('ALTER TABLE events ALTER COLUMN at TYPE timestamptz(3) USING at::timestamptz')
  await expect(inTransaction()).rejects.toThrow('cached plan must not change result type')
  expect((await inTransaction())!.pid).not.toBe(before!.pid)
})

test('other errors with code 0A000 reject, and the connection stays in use', async () => {
  const [before] = await single.run(AT)
  const elsewhere = single.run({ text: 'SELECT 1 FROM other.public.events', values: [] })
  await expect(elsewhere).rejects.toMatchObject({ code: '0A000' })
  expect(await single.run(AT)).toEqual([before])
})
