import { types } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Postgres } from './open-postgres.ts'
import { type TestPostgres, openTestPostgres } from './testing/open-test-postgres.ts'

let opened: TestPostgres
let postgres: Postgres

beforeAll(async () => {
  opened = await openTestPostgres(inject('testServerUrl'), { poolSize: 1 })
  postgres = opened.postgres
  await run('CREATE TABLE notes (note text)')
})
afterAll(() => opened[Symbol.asyncDispose]())

const run = (text: string, ...values: unknown[]) => postgres.run({ text, values })
const connection = () => run('SELECT pg_backend_pid() AS pid')

const withoutText: [name: string, value: unknown][] = [
  ['an invalid date', new Date(Number.NaN)],
  ['a big integer within JSON', { n: 1n }],
  ['an invalid date in an array', [new Date(Number.NaN)]],
]
test.each(withoutText)('%s rejects, and the connection stays in use', async (_, value) => {
  const before = await connection()
  await expect(run('SELECT $1 AS it', value)).rejects.toThrow(/Invalid time value|BigInt/)
  expect(await connection()).toEqual(before)
})

test('a value that cannot be read rejects when all rows have come, and the connection stays in use', async () => {
  types.setTypeParser(types.builtins.MACADDR, () => {
    throw new Error('unreadable')
  })
  const rows =
    "SELECT '08:00:2b:01:02:03'::macaddr AS it, 1 / (3 - n) AS n FROM generate_series(1, $1::int) n"
  const before = await connection()
  for (let time = 0; time < 2; time += 1) await expect(run(rows, 2)).rejects.toThrow('unreadable')
  await expect(run(rows, 3)).rejects.toMatchObject({ code: '22012' })
  expect(await connection()).toEqual(before)
})

test.each(['', ' ', '-- a comment'])('%j has no rows, also when it is prepared', async (text) => {
  expect(await run(text)).toEqual([])
  expect(await run(text)).toEqual([])
})

test('COPY finds nothing to copy from and nobody to copy to, and the connection stays in use', async () => {
  const before = await connection()
  await expect(run('COPY notes FROM STDIN')).rejects.toMatchObject({ code: '57014' })
  expect(await run('COPY (SELECT 1) TO STDOUT')).toEqual([])
  expect(await connection()).toEqual(before)
})
