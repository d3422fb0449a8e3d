import { Pool, types } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Postgres } from './open-postgres.ts'
import { runOn } from './run-statement.ts'
import { type TestPostgres, openTestPostgres } from './testing/open-test-postgres.ts'
import { withClient } from '@todo/testing'

const TRANSACTION = 'SELECT pg_current_xact_id()::text AS id, $1::int AS n'

let opened: TestPostgres
let postgres: Postgres

beforeAll(async () => {
  opened = await openTestPostgres(inject('testServerUrl'), { poolSize: 1 })
  postgres = opened.postgres
})
afterAll(() => opened[Symbol.asyncDispose]())

const lookUp = (text: string, ...values: unknown[]) => postgres.run({ text, values, isLookup: true })
const connection = () => postgres.run({ text: 'SELECT pg_backend_pid() AS pid', values: [] })

/** What became of each: its rows, or the code of its error or what it says. */
const outcomes = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) =>
    one.status === 'fulfilled' ? one.value : (one.reason.code ?? one.reason.message),
  )

test('what is looked up in one turn goes together, at most sixteen at once', async () => {
  for (let time = 0; time < 2; time += 1) {
    const rows = (await Promise.all(Array.from({ length: 20 }, (_, n) => lookUp(TRANSACTION, n)))).flat()
    expect(rows.map(({ n }) => n)).toEqual(rows.map((_, n) => n))
    const [first, ...others] = new Set(rows.map(({ id }) => id))
    expect(rows.filter(({ id }) => id === first)).toHaveLength(16)
    expect(others).toHaveLength(1)
  }
})

test('what is looked up later, or is no lookup, goes by itself', async () => {
  const later = () => lookUp(TRANSACTION, 1)
  const write = () => postgres.run({ text: TRANSACTION, values: [2] })
  const rows = [await later(), await later(), ...(await Promise.all([write(), write()]))].flat()
  expect(new Set(rows.map(({ id }) => id)).size).toBe(4)
})

const failures: [text: string, code: string][] = [
  ['SELECT 1 / $1::int AS n', '22012'],
  ["SELECT ($1 || 'x')::int AS n", '22P02'],
  ['SELECT $1::int AS n FROM nowhere', '42P01'],
  ['SELEC $1', '42601'],
]
test.each(failures)('%s fails alone, prepared or not', async (text, code) => {
  const before = await connection()
  for (let time = 0; time < 3; time += 1) {
    // Of each text its first time is within a trip that fails.
    const all = [
      lookUp(`SELECT $1::int AS before /* ${text} */`, 1),
      lookUp(text, 0),
      lookUp(text, 0),
      lookUp(`SELECT $1::int AS after /* ${text} */`, 2),
      lookUp(`SELECT $1::int AS before /* ${text} */`, 3),
    ]
    expect(await outcomes(all)).toEqual([[{ before: 1 }], code, code, [{ after: 2 }], [{ before: 3 }]])
  }
  expect(await connection()).toEqual(before)
})

test('a value that cannot be read fails alone', async () => {
  types.setTypeParser(types.builtins.MACADDR, () => {
    throw new Error('unreadable')
  })
  const all = ["'08:00:2b:01:02:03'::macaddr", '1', 'NULL::macaddr'].map((it) => lookUp(`SELECT ${it} AS it`))
  expect(await outcomes(all)).toEqual(['unreadable', [{ it: 1 }], [{ it: null }]])
})

test('what is empty has no rows, and what copies is refused, between others', async () => {
  const all = ['SELECT 1 AS n', '-- nothing', 'COPY (SELECT 1) TO STDOUT', 'SELECT 2 AS n'].map((text) =>
    lookUp(text),
  )
  expect(await outcomes(all)).toEqual([[{ n: 1 }], [], [], [{ n: 2 }]])
})

test('a connection that ends fails all that went together, and the next has another', async () => {
  const all = ['1', 'pg_terminate_backend(pg_backend_pid())', '2'].map((it) => lookUp(`SELECT ${it} AS it`))
  expect(await outcomes(all)).toEqual(['57P01', '57P01', '57P01'])
  expect(await lookUp('SELECT 1 AS n')).toEqual([{ n: 1 }])
})

test('what has no name is prepared each time, also among others', async () => {
  const pool = new Pool({ connectionString: opened.url, max: 1 })
  const run = runOn(pool, () => '')
  for (let time = 0; time < 2; time += 1) {
    const all = ["1 AS n, 'x' AS a", "'y' AS b", '1 / 0 AS c', "2 AS n, 'z' AS a"].map((columns) =>
      run({ text: `SELECT ${columns}`, values: [], isLookup: true }),
    )
    expect(await outcomes(all)).toEqual([[{ n: 1, a: 'x' }], [{ b: 'y' }], '22012', [{ n: 2, a: 'z' }]])
  }
  await pool.end()
})

test('a pool that gives no connection fails all', async () => {
  const pool = new Pool({ connectionString: 'postgresql://postgres@127.0.0.1:1/none' })
  const run = runOn(pool, () => '')
  const all = [1, 2].map((n) => run({ text: 'SELECT $1::int AS n', values: [n], isLookup: true }))
  expect(await outcomes(all)).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
  await pool.end()
})

test('what only the end of a transaction refuses fails', async () => {
  await withClient(opened.url, (client) =>
    client.query(`
      CREATE TABLE parents (id int PRIMARY KEY);
      CREATE TABLE children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)`),
  )
  const orphan = { text: 'INSERT INTO children VALUES (1) RETURNING parent', values: [] }
  await expect(postgres.run(orphan)).rejects.toMatchObject({ code: '23503' })
  expect(await lookUp('SELECT count(*)::int AS n FROM children')).toEqual([{ n: 0 }])
})
