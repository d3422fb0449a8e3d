import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Postgres, openPostgres } from '../open-postgres.ts'
import { type TestPostgres, openTestPostgres } from '../testing/open-test-postgres.ts'
import { sql } from '../testing/sql.ts'

let opened: TestPostgres
let postgres: Postgres

beforeAll(async () => {
  opened = await openTestPostgres(inject('testServerUrl'), { poolSize: 1 })
  postgres = opened.postgres
})
afterAll(() => opened[Symbol.asyncDispose]())

const A = '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10'
const B = '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b11'
const now = new Date('2026-05-01T12:00:00.123Z')
const values = sql`
  SELECT ${'Grüße "\\ {,}'}::text AS text, ${42}::int AS int, ${1.5}::float8 AS float, ${true}::boolean AS yes,
    ${null}::text AS nothing, (${now}::timestamptz = '2026-05-01T12:00:00.123Z') AS instant,
    ${{ a: [1, 'b'] }}::jsonb AS json, ${['a,"b\\', 'c']}::text[] AS list, '' AS empty, 12345678901::float8 AS big,
    ${now}::timestamptz AS at, '2026-05-01T12:00:00Z'::timestamptz(3) AS "whole second",
    '{}'::uuid[] AS none, ${[A, B]}::uuid[] AS uuids`
const row = {
  text: 'Grüße "\\ {,}',
  int: 42,
  float: 1.5,
  yes: true,
  nothing: null,
  instant: true,
  json: { a: [1, 'b'] },
  list: ['a,"b\\', 'c'],
  empty: '',
  big: 12_345_678_901,
  at: '2026-05-01T12:00:00.123Z',
  'whole second': '2026-05-01T12:00:00.000Z',
  none: [],
  uuids: [A, B],
}

test('values are read as written, in the first execution and in prepared ones', async () => {
  expect(await postgres.run(values)).toEqual([row])
  expect(await postgres.run(values)).toEqual([row])
  expect(await postgres.run(sql`SELECT 1 AS n WHERE false`)).toEqual([])
})

test('a failed statement rejects with the SQLSTATE, and its connection stays in use', async () => {
  const pid = () => postgres.run<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`)
  const before = await pid()
  for (const wrong of [sql`SELECT 1 / ${0}::int AS n`, sql`SELECT ${'x'}::int AS n`]) {
    for (let time = 0; time < 2; time += 1) {
      await expect(postgres.run(wrong)).rejects.toMatchObject({ code: expect.stringMatching(/^22/) })
    }
  }
  await expect(postgres.run(sql`SELEC 1`)).rejects.toMatchObject({ code: '42601' })
  expect(await pid()).toEqual(before)
})

test('a value that cannot be serialised rejects, and the statement runs with another value', async () => {
  const text = 'SELECT $1::jsonb AS it'
  await expect(postgres.run({ text, values: [{ n: 1n }] })).rejects.toThrow('BigInt')
  expect(await postgres.run({ text, values: [{ n: 1 }] })).toEqual([{ it: { n: 1 } }])
})

test.each(['', ' ', '-- a comment'])('%j returns no rows, also as a prepared statement', async (text) => {
  for (let time = 0; time < 2; time += 1) expect(await postgres.run({ text, values: [] })).toEqual([])
})

test('a connection lost during a statement rejects it, and the next statement gets another', async () => {
  const ended = postgres.run(sql`SELECT pg_terminate_backend(pg_backend_pid()) AS ended`)
  await expect(ended).rejects.toMatchObject({ code: '57P01' })
  expect(await postgres.run(sql`SELECT 1 AS n`)).toEqual([{ n: 1 }])
})

test('many concurrent statements on few connections each get their own rows', async () => {
  const numbers = Array.from({ length: 50 }, (_, n) => n)
  const found = await Promise.all(numbers.map((n) => postgres.run<{ n: number }>(sql`SELECT ${n}::int AS n`)))
  expect(found.flat().map(({ n }) => n)).toEqual(numbers)
})

test('statements are not prepared with ?pgbouncer=true', async () => {
  const unnamed = openPostgres({ url: `${opened.url}?pgbouncer=true`, poolSize: 4 })
  const text = 'SELECT name FROM pg_prepared_statements WHERE $1::int = 1'
  for (const isLookup of [true, false, true, false]) {
    expect(await unnamed.run({ text, values: [1], isLookup })).toEqual([])
  }
  await unnamed.close()
})

test('statements fail if the server cannot be reached', async () => {
  const nowhere = openPostgres({ url: 'postgresql://postgres@127.0.0.1:1/none' })
  await expect(nowhere.run(sql`SELECT 1 AS n`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await nowhere.close()
})

test('large results on several connections arrive complete', async () => {
  await using several = await openTestPostgres(inject('testServerUrl'), { poolSize: 4 })
  const expected = (letter: string) =>
    Array.from({ length: 40 }, (_, n) => ({ n, text: letter.repeat(9_999) }))
  const letters = ['a', 'b', 'c', 'd']
  const found = await Promise.all(
    letters.map((letter) =>
      several.postgres.run<{ n: number; text: string }>(
        sql`SELECT n, repeat(${letter}, 9999) AS text FROM generate_series(0, 39) n ORDER BY n`,
      ),
    ),
  )
  expect(found).toEqual(letters.map(expected))
})
