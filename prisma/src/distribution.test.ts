import { describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as statements from './statements/index.ts'
import { DISTRIBUTED, tablesWithoutOwner } from './testing/distribution.ts'

test('every table with an owner is distributed by it, except reference tables', () => {
  const schema = readFileSync(join(import.meta.dirname, '../schema.prisma'), 'utf8')
  const models = schema.split(/^model /m).slice(1)
  const owned = models
    .filter((model) => /ownerId +String/.test(model))
    .map((model) => /@@map\("(\w+)"\)/.exec(model)?.[1])
  expect(owned.filter((table) => !REFERENCE.has(table)).sort()).toEqual([...DISTRIBUTED].sort())
})

const REFERENCE = new Set<string | undefined>(['account_emails', 'session_revocations'])

test.for(Object.entries(statements))('%s reads and writes rows of one owner', async ([, make]) => {
  const { text } = (make as (args: object) => { text: string })({})
  expect(await tablesWithoutOwner(text)).toEqual([])
})

describe('a statement names the owner', () => {
  test.for([
    ['by a parameter', 'SELECT 1 FROM todos t WHERE t.owner_id = $1::uuid AND t.id = $2'],
    [
      'by a column qualified with the table',
      'SELECT 1 FROM "public"."todos" WHERE ("public"."todos"."owner_id" = $1)',
    ],
    ['by an unqualified column of the only table', 'SELECT 1 FROM todos WHERE $1 = owner_id'],
    ['by an array', 'SELECT 1 FROM todos WHERE owner_id = ANY($1) AND id = $2'],
    ['by a list', 'SELECT 1 FROM todos WHERE owner_id IN ($1, $2)'],
    [
      'in each arm of an OR',
      'SELECT 1 FROM todos WHERE (owner_id = $1 AND id = $2) OR (owner_id = $3 AND id = $4)',
    ],
    [
      'by the owner of a joined table',
      'SELECT 1 FROM todos t JOIN lists l ON l.owner_id = t.owner_id WHERE t.owner_id = $1',
    ],
    [
      'by the owner of the outer query',
      'SELECT (SELECT 1 FROM lists l WHERE l.owner_id = t.owner_id) FROM todos t WHERE t.owner_id = $1',
    ],
    ['in an INSERT', 'INSERT INTO todos (owner_id, id) VALUES ($1, $2)'],
    ['in an UPDATE', 'UPDATE todos SET title = $1 WHERE owner_id = $2'],
    ['or uses only tables that are not distributed', 'SELECT 1 FROM account_emails WHERE email = $1'],
  ])('%s', async ([, sql = '']) => {
    expect(await tablesWithoutOwner(sql)).toEqual([])
  })
})

describe('a statement does not name the owner', () => {
  test.for([
    ['at all', 'SELECT 1 FROM todos WHERE id = $1'],
    ['in one arm of an OR', 'SELECT 1 FROM todos WHERE owner_id = $1 OR id = $2'],
    ['by equality', 'SELECT 1 FROM todos WHERE owner_id > $1'],
    ['but compares it with another column', 'SELECT 1 FROM todos t WHERE t.owner_id = t.id'],
    ['in a CTE', 'WITH a AS (SELECT 1 FROM todos WHERE id = $1) SELECT 1 FROM a WHERE owner_id = $2'],
    ['in a subquery', 'SELECT 1 FROM lists WHERE owner_id = $1 AND id IN (SELECT list_id FROM todos)'],
    ['in one part of a union', 'SELECT 1 FROM todos WHERE owner_id = $1 UNION SELECT 1 FROM todos'],
    ['in an INSERT', 'INSERT INTO todos (id) VALUES ($1)'],
    ['in a DELETE', 'DELETE FROM todos WHERE id = $1'],
    ['of a joined table', 'SELECT 1 FROM lists l JOIN todos t ON t.list_id = l.id WHERE l.owner_id = $1'],
  ])('%s', async ([, sql = '']) => {
    expect(await tablesWithoutOwner(sql)).toEqual(['todos'])
  })
})
