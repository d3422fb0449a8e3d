import { randomBytes, randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { encodeCursor } from '../cursor.ts'
import { codeOf } from '../testing/code-of.ts'
import { openContext } from '../testing/context.ts'
import { as, makeTodo, makeUser } from '../testing/factories.ts'
import { listTodos } from './list-todos.ts'
import { ListTodos, TodoSort } from './schemas.ts'

const ctx = await openContext()

const ORDERS = ['asc', 'desc'] as const
const SORTS = TodoSort.options

describe('cursors', async () => {
  const user = as(await makeUser(ctx))
  for (let i = 0; i < 3; i += 1) await makeTodo(user, { due: { date: '2026-12-24' } })
  const CODES = ['OK', 'MALFORMED']
  const id = uuidv7()

  test('cursors of another sort or order are malformed', async () => {
    const queries = SORTS.flatMap((sort) => ORDERS.map((order) => ({ sort, order, limit: 1 })))
    for (const query of queries) {
      const { nextCursor: cursor } = await listTodos(user, ListTodos.parse(query))
      for (const other of queries) {
        const code = await codeOf(listTodos(user, ListTodos.parse({ ...other, cursor })))
        expect(code).toBe(other === query ? 'OK' : 'MALFORMED')
      }
    }
  })

  const TIMES = [
    '',
    'x',
    'now',
    '-infinity',
    '0000-01-01 00:00:00',
    '0001-01-01 00:00:00 BC',
    '0100-02-29 00:00:00',
    '2000-02-29 00:00:00',
    '2025-02-29 00:00:00',
    '2026-01-01',
    '2026-00-10 00:00:00',
    '2026-13-01 00:00:00',
    '2026-02-30 00:00:00+00',
    '2026-01-01 24:00:00',
    '2026-01-01 00:60:00+00',
    '2026-01-01 00:00:60',
    '2026-01-01 00:00:00+99',
    '2026-01-01 00:00:00.123456',
    '99999-12-31 23:59:59+00',
  ]

  test.each([
    [
      'position',
      ['', 'x', 'NaN', 'Infinity', '-Infinity', '1e999', '1e-999', '1e400', '0x10', '1_0', ' 1', '1;'],
    ],
    ['priority', ['', '5', '-1', '99999', '1.5', 'x', "1'"]],
    ['due', TIMES],
    ['created', TIMES],
    ['updated', TIMES],
    ['title', ['', '\0', '\ud800', 'x'.repeat(501), "'; DROP TABLE todos; --", '\\']],
  ] as const)('with any %s are malformed or fit', async (sort, keys) => {
    for (const key of keys) {
      for (const order of ORDERS) expect(CODES, key).toContain(await codeOfShaped([sort, order, key, id]))
    }
  })

  test('cursors with random content are either malformed or accepted', async () => {
    const alphabet = '0123456789-:. +eEinftyTZ\'"\\[]{},\0é\ud800'
    for (let i = 0; i < 300; i += 1) {
      const sort = SORTS[i % SORTS.length]!
      const key = Array.from({ length: randomInt(24) }, () => alphabet[randomInt(alphabet.length)]).join('')
      expect(CODES, key).toContain(await codeOfShaped([sort, 'asc', key, i % 3 ? id : key]))
    }
  })

  test('cursors of another shape are malformed', async () => {
    for (const value of [
      [],
      ['due'],
      ['due', 'asc', null, id],
      ['due', 'asc', 'infinity', id, 1],
      {},
      null,
      1,
      'x',
    ]) {
      const cursor = Buffer.from(JSON.stringify(value)).toString('base64url')
      expect(await codeOf(listTodos(user, ListTodos.parse({ sort: 'due', cursor }))), cursor).toBe(
        'MALFORMED',
      )
    }
  })

  test('garbage is malformed', async () => {
    const { nextCursor } = await listTodos(user, ListTodos.parse({ limit: 1 }))
    const valid = nextCursor ?? ''
    const garbage = [
      ...Array.from({ length: 300 }, (_, i) => randomBytes(i % 60).toString('base64url')),
      ...Array.from({ length: valid.length - 1 }, (_, i) => valid.slice(0, i)),
      '',
      ' ',
      '%',
      'null',
      '\0',
      '😀',
      'a'.repeat(2000),
    ]
    for (const cursor of garbage) {
      expect(await codeOf(listTodos(user, ListTodos.parse({ cursor }))), cursor).toBe('MALFORMED')
    }
  })

  function codeOfShaped(value: [TodoSort, 'asc' | 'desc', string, string]): Promise<string> {
    const [sort, order] = value
    return codeOf(listTodos(user, { ...ListTodos.parse({ sort, order }), cursor: encodeCursor(value) }))
  }
})
