import { createScratchDatabase } from '@todo/testing'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { MIGRATIONS_DIR, migrate, readMigrations } from './migrate.ts'
import { prismaCli } from './testing/cli.ts'
import { createMigratedDatabase } from './testing/migrated-database.ts'

const server = inject('testServerUrl')
const names = (await readMigrations()).map(({ name }) => name)

test('applies missing migrations once, however many processes run it at the same time', async () => {
  await using empty = await createScratchDatabase(server)
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate({ url: empty.url })))
  expect(names.length).toBeGreaterThan(0)
  expect(applied.flat()).toEqual(names)
  expect(await migrate({ url: empty.url })).toEqual([])
})

test('Prisma accepts the result and finds no difference from the schema', async () => {
  await using migrated = await createMigratedDatabase(server)
  const { url } = migrated
  expect(await prismaCli(['migrate', 'status'], { url })).toMatchObject({ code: 0 })
  const fromDatabase = [
    'migrate',
    'diff',
    '--exit-code',
    '--from-config-datasource',
    '--to-schema',
    'schema.prisma',
  ]
  expect(await prismaCli(fromDatabase, { url })).toMatchObject({ code: 0 })
  const fromMigrations = [
    'migrate',
    'diff',
    '--exit-code',
    '--from-migrations',
    'migrations',
    '--to-schema',
    'schema.prisma',
  ]
  expect(await prismaCli(fromMigrations, { url })).toMatchObject({ code: 0 })
})

test('the diff against the schema finds a missing column', async () => {
  await using migrated = await createMigratedDatabase(server)
  const client = new Client({ connectionString: migrated.url })
  await client.connect()
  await client.query('ALTER TABLE todos DROP COLUMN description CASCADE')
  await client.end()
  const diff = ['migrate', 'diff', '--exit-code', '--from-config-datasource', '--to-schema', 'schema.prisma']
  const { code, output } = await prismaCli(diff, { url: migrated.url })
  expect(code).toBe(2)
  expect(output).toContain('description')
})

test('accepts migrations that Prisma applied', async () => {
  await using empty = await createScratchDatabase(server)
  expect(await prismaCli(['migrate', 'deploy'], { url: empty.url })).toMatchObject({ code: 0 })
  expect(await migrate({ url: empty.url })).toEqual([])
})

test('a failed migration leaves only its record, and the next run refuses to start', async () => {
  await using empty = await createScratchDatabase(server)
  const dir = await mkdtemp(join(tmpdir(), 'todo-migrations-'))
  await cp(MIGRATIONS_DIR, dir, { recursive: true })
  await mkdir(join(dir, '99990101000000_broken'))
  await writeFile(
    join(dir, '99990101000000_broken/migration.sql'),
    'CREATE TABLE half (id int); SELECT nonsense;',
  )
  await expect(migrate({ url: empty.url, dir })).rejects.toThrow('Migration 99990101000000_broken failed')
  await expect(migrate({ url: empty.url, dir })).rejects.toThrow('99990101000000_broken failed earlier')
  const client = new Client({ connectionString: empty.url })
  await client.connect()
  const { rows } = await client.query(
    `SELECT to_regclass('half') AS half, migration_name, finished_at, logs
    FROM _prisma_migrations WHERE finished_at IS NULL`,
  )
  await client.end()
  expect(rows).toEqual([
    {
      half: null,
      migration_name: '99990101000000_broken',
      finished_at: null,
      logs: expect.stringContaining('nonsense'),
    },
  ])
  await rm(dir, { recursive: true })
})

test('older changes get an actor and one group per owner and instant', async () => {
  await using empty = await createScratchDatabase(server)
  const before = await mkdtemp(join(tmpdir(), 'todo-migrations-'))
  const firstWithGroups = names.findIndex((name) => name.endsWith('changes_groups_and_actors'))
  for (const name of names.slice(0, firstWithGroups)) {
    await cp(join(MIGRATIONS_DIR, name), join(before, name), { recursive: true })
  }
  await migrate({ url: empty.url, dir: before })
  await rm(before, { recursive: true })
  const client = new Client({ connectionString: empty.url })
  await client.connect()
  const owners = [1, 2].map((n) => `00000000-0000-7000-8000-00000000000${n}`)
  const insert = (seq: number, owner: string | undefined, at: string) =>
    client.query(
      `INSERT INTO changes (owner_id, seq, entity, entity_id, op, version, actor_id, at)
       VALUES ($1, $2, 'todo', $1, 'update', 1, $1, $3)`,
      [owner, seq, at],
    )
  await insert(1, owners[0], '2026-01-01T00:00:00.001Z')
  await insert(2, owners[0], '2026-01-01T00:00:00.001Z')
  await insert(3, owners[0], '2026-01-01T00:00:00.002Z')
  await insert(1, owners[1], '2026-01-01T00:00:00.001Z')
  await migrate({ url: empty.url })
  // The previous version still inserts rows without the new columns.
  await insert(4, owners[0], '2026-01-01T00:00:00.002Z')
  const { rows } = await client.query<{ group: string; kind: string }>(
    'SELECT group_id AS group, actor_kind AS kind FROM changes ORDER BY owner_id, seq',
  )
  await client.end()
  const [one, two, three, four, other] = rows.map(({ group }) => group)
  expect(one).toBe(two)
  // Valid by RFC 9562, as the API requires of ids.
  for (const { group } of rows)
    expect(group).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set([one, three, four, other]).size).toBe(4)
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['user']))
})
