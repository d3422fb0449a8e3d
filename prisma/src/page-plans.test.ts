import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { PoolClient } from 'pg'
import { type TestDatabase, createTestDatabase } from './testing/test-database.ts'

/** The sort keys of packages/core/src/todos/sort-keys.ts, which this package must not import. */
const SORT_KEYS = {
  position: { key: 't.position', type: 'double precision' },
  due: { key: 'due_order(t.due_date, t.due_at, t.due_zone)', type: 'timestamp' },
  priority: { key: 't.priority', type: 'smallint' },
  created: { key: 't.created_at', type: 'timestamptz' },
  updated: { key: 't.updated_at', type: 'timestamptz' },
  title: { key: 't.title COLLATE "und-x-icu"', type: 'text COLLATE "und-x-icu"' },
}

// Two owners with two lists each, and a tenth of all todos in the trash
const FILL = `
  INSERT INTO accounts (owner_id, email, display_name, time_zone, password_hash, created_at, updated_at)
    SELECT md5('owner' || o)::uuid, o || '@example.com', 'Ada', 'UTC', '', now(), now() FROM generate_series(0, 1) o;
  INSERT INTO lists (owner_id, id, name, position, is_inbox, created_at, updated_at)
    SELECT md5('owner' || o)::uuid, md5('list' || l)::uuid, 'List', l, l = 0, now(), now()
    FROM generate_series(0, 1) o, generate_series(0, 1) l;
  INSERT INTO todos (owner_id, id, list_id, title, priority, due_date, position, created_at, updated_at, deleted_at)
    SELECT md5('owner' || n % 2)::uuid, gen_random_uuid(), md5('list' || n / 2 % 2)::uuid, 'Todo ' || n, n % 5,
      CASE WHEN n / 4 % 2 = 0 THEN date '2026-01-01' + n % 300 END, n, now() + n * interval '1 s', now() - n * interval '1 s',
      CASE WHEN n / 4 % 10 = 0 THEN now() END
    FROM generate_series(1, 6000) n;
  ANALYZE`

// A hundred more owners with two lists of fifty todos each, a typical size
const FILL_MANY = `
  INSERT INTO accounts (owner_id, email, display_name, time_zone, password_hash, created_at, updated_at)
    SELECT md5('owner' || o)::uuid, o || '@example.com', 'Ada', 'UTC', '', now(), now() FROM generate_series(2, 101) o;
  INSERT INTO lists (owner_id, id, name, position, is_inbox, created_at, updated_at)
    SELECT md5('owner' || o)::uuid, md5('list' || o || '/' || l)::uuid, 'List', l, l = 0, now(), now()
    FROM generate_series(2, 101) o, generate_series(0, 1) l;
  INSERT INTO todos (owner_id, id, list_id, title, priority, position, created_at, updated_at)
    SELECT md5('owner' || o)::uuid, gen_random_uuid(), md5('list' || o || '/' || n % 2)::uuid, 'Todo ' || n, n % 5, n,
      now(), now()
    FROM generate_series(2, 101) o, generate_series(1, 100) n;
  ANALYZE`

let testDatabase: TestDatabase
let client: PoolClient
beforeAll(async () => {
  testDatabase = await createTestDatabase(inject('testServerUrl'))
  client = await testDatabase.database.pool.connect()
  await client.query(FILL)
  await client.query('SET enable_seqscan = off')
  // After five executions Postgres may use the generic plan of a prepared statement.
  await client.query('SET plan_cache_mode = force_generic_plan')
})
afterAll(async () => {
  client.release()
  await testDatabase[Symbol.asyncDispose]()
})

type Plan = { 'Node Type': string; 'Index Name'?: string; 'Index Cond'?: string; Plans?: Plan[] }

/** The nodes of a statement's plan, from the top; `keyType` is the type of its second parameter. */
async function nodesOf(sql: string, keyType: string): Promise<Plan[]> {
  await client.query(`PREPARE page (uuid, ${keyType.replace(/ COLLATE.*/, '')}, uuid, uuid) AS ${sql}`)
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    'EXPLAIN (FORMAT JSON) EXECUTE page(NULL, NULL, NULL, NULL)',
  )
  await client.query('DEALLOCATE page')
  const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)]
  return rows.flatMap((row) => flat(row['QUERY PLAN'][0].Plan))
}

const cases = Object.entries(SORT_KEYS).flatMap(([sort, { key, type }]) => [
  { index: `todos_by_${sort}`, key, type, inList: '' },
  { index: `todos_in_list_by_${sort}`, key, type, inList: 'AND t.list_id = $4::uuid' },
])

test.each(cases)('pages are read from $index without sorting', async ({ index, key, type, inList }) => {
  for (const [order, beyond] of [
    ['asc', '>'],
    ['desc', '<'],
  ]) {
    for (const after of ['', `AND (${key}, t.id) ${beyond} ($2::${type}, $3::uuid)`]) {
      const nodes = await nodesOf(
        `
        SELECT t.*, (${key})::text AS key FROM todos t
        WHERE t.owner_id = $1::uuid AND t.deleted_at IS NULL ${inList} ${after}
        ORDER BY ${key} ${order}, t.id ${order} LIMIT 51`,
        type,
      )
      expect(nodes).toMatchObject([
        { 'Node Type': 'Limit' },
        { 'Node Type': 'Index Scan', 'Index Name': index },
      ])
      if (after) expect(nodes[1]?.['Index Cond']).toContain('ROW(')
    }
  }
})

test.each(cases)(
  'the first rows of $index are filtered without sorting',
  async ({ index, key, type, inList }) => {
    for (const order of ['asc', 'desc']) {
      const nodes = await nodesOf(
        `
      SELECT t.*, t.key::text AS key, t.number = 500 AS reached_limit
      FROM (
        SELECT t.*, ${key} AS key, row_number() OVER (ORDER BY ${key} ${order}, t.id ${order}) AS number
        FROM todos t
        WHERE t.owner_id = $1::uuid AND t.deleted_at IS NULL ${inList}
        ORDER BY ${key} ${order}, t.id ${order}
        LIMIT 500
      ) t
      WHERE t.completed_at IS NULL OR t.number = 500
      ORDER BY t.key ${order}, t.id ${order} LIMIT 51`,
        type,
      )
      expect(nodes.map((node) => node['Node Type'])).toEqual([
        'Limit',
        'Subquery Scan',
        'Limit',
        'WindowAgg',
        'Index Scan',
      ])
      expect(nodes.at(-1)).toMatchObject({ 'Index Name': index })
    }
  },
)

test('a filter on a short list does not sort all of its todos', async () => {
  await client.query(FILL_MANY)
  const nodes = await nodesOf(
    `
    SELECT t.* FROM todos t
    WHERE t.owner_id = $1::uuid AND t.deleted_at IS NULL AND t.list_id = $4::uuid AND t.completed_at IS NULL
    ORDER BY t.priority DESC, t.id DESC LIMIT 21`,
    'smallint',
  )
  expect(nodes).toMatchObject([
    { 'Node Type': 'Limit' },
    { 'Node Type': 'Index Scan', 'Index Name': 'todos_in_list_by_priority' },
  ])
})
