import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Postgres } from '../open-postgres.ts'
import { type TestPostgres, openTestPostgres } from '../testing/open-test-postgres.ts'

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
const bytes = Uint8Array.of(0, 10, 34, 92, 255)

const roundTrips: [type: string, value: unknown][] = [
  ['text[]', ['a\nb', '\t\u0001', '"\\n', '{,}', 'NULL', '', ' ', 'Grüße', null]],
  [
    'text[]',
    [
      ['a', 'b\n'],
      ['"', null],
    ],
  ],
  ['text[]', []],
  ['int[]', [1, null, -2]],
  ['uuid[]', []],
  ['uuid[]', [A, B]],
  ['uuid[]', [A, null]],
  ['uuid[]', [[A], [B]]],
  ['boolean[]', [true, false, null]],
  ['jsonb[]', [{ a: 'x\n"\\' }, null]],
  ['bytea', Buffer.from(bytes)],
  ['bytea[]', [Buffer.from(bytes), null, Buffer.alloc(0)]],
  ['timestamptz[]', [now, null]],
]
test.each(roundTrips)('%s: %j is read as it was written', async (type, value) => {
  expect(await postgres.run({ text: `SELECT $1::${type} AS it`, values: [value] })).toEqual([{ it: value }])
})

test('an array with a lower bound other than 1 is read', async () => {
  const text = 'SELECT $1::text::uuid[] AS it'
  expect(await postgres.run({ text, values: [`[0:1]={${A},${B}}`] })).toEqual([{ it: [A, B] }])
})

const views: [name: string, view: ArrayBufferView][] = [
  ['Uint8Array', bytes],
  ['part of a larger buffer', Uint8Array.of(7, ...bytes, 7).subarray(1, 6)],
  ['DataView', new DataView(bytes.buffer)],
]
test.each(views)('bytes of a view are written: %s', async (_, view) => {
  const text = 'SELECT $1::bytea AS it, $2::bytea[] AS list'
  const row = { it: Buffer.from(bytes), list: [Buffer.from(bytes)] }
  expect(await postgres.run({ text, values: [view, [view]] })).toEqual([row])
})

const instants: [inPostgres: string, text: string][] = [
  ['2026-05-01 12:00:00Z', '2026-05-01T12:00:00.000Z'],
  ['2026-05-01 12:00:00.05Z', '2026-05-01T12:00:00.050Z'],
  ['2026-05-01 12:00:00.123Z', '2026-05-01T12:00:00.123Z'],
  ['2026-05-01 12:00:00.123999Z', '2026-05-01T12:00:00.123Z'],
  ['2026-05-01 12:00:00.000001Z', '2026-05-01T12:00:00.000Z'],
  ['1969-12-31 23:59:59.999999Z', '1969-12-31T23:59:59.999Z'],
  ['0001-01-01 00:00:00Z', '0001-01-01T00:00:00.000Z'],
]
test.each(instants)('%s is read to the millisecond', async (inPostgres, text) => {
  const at = { text: 'SELECT $1::text::timestamptz AS at', values: [inPostgres] }
  expect(await postgres.run(at)).toEqual([{ at: text }])
})

test.each([
  ['0044-03-15 12:00:00.5Z BC', '-000043-03-15T12:00:00.500Z'],
  ['10000-01-01 00:00:00Z', '+010000-01-01T00:00:00.000Z'],
])('%s is read, though RFC 3339 has no such year', async (inPostgres, at) => {
  const read = { text: 'SELECT $1::text::timestamptz AS at', values: [inPostgres] }
  expect(await postgres.run(read)).toEqual([{ at }])
})

test.each(['Asia/Kolkata', 'America/St_Johns', 'Europe/London', 'UTC'])(
  'instants do not depend on the session time zone: %s',
  async (zone) => {
    await postgres.run({ text: "SELECT set_config('TimeZone', $1, false)", values: [zone] })
    const at = { text: 'SELECT $1::timestamptz AS at', values: [now] }
    expect(await postgres.run(at)).toEqual([{ at: now.toISOString() }])
  },
)

test.each(['infinity', '-infinity'])('%s cannot be read as an instant', async (at) => {
  const read = { text: 'SELECT $1::text::timestamptz AS at', values: [at] }
  await expect(postgres.run(read)).rejects.toThrow(RangeError)
})
