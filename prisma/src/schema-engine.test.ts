import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { prismaCli } from './testing/cli.ts'
import { createThrowAway } from './testing/throw-away.ts'

const server = inject('testServerUrl')
const root = join(import.meta.dirname, '..')
let cwd: string

// A copy, since these tests change the schema.
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'todo-prisma-'))
  for (const part of ['schema.prisma', 'migrations', 'sql', 'prisma.config.ts', 'package.json']) {
    await cp(join(root, part), join(cwd, part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

test('migrate dev writes and applies a migration of what changed in the schema', async () => {
  await using database = await createThrowAway(server)
  const schema = join(cwd, 'schema.prisma')
  const before = await readFile(schema, 'utf8')
  await writeFile(schema, before.replace('model Label {', 'model Label {\n  note String?\n'))
  const { code, output } = await prismaCli(['migrate', 'dev', '--name', 'add_note'], {
    url: database.url,
    cwd,
  })
  expect(code, output).toBe(0)
  const added = (await readdir(join(cwd, 'migrations'))).find((name) => name.endsWith('_add_note')) ?? ''
  expect(await readFile(join(cwd, 'migrations', added, 'migration.sql'), 'utf8')).toContain(
    'ALTER TABLE "labels" ADD COLUMN     "note" TEXT',
  )
  expect(await prismaCli(['migrate', 'status'], { url: database.url, cwd })).toMatchObject({ code: 0 })
  await rm(join(cwd, 'migrations', added), { recursive: true })
  await writeFile(schema, before)
})

test('validate accepts the schema, and names the line of a mistake', async () => {
  const url = 'postgresql://postgres@127.0.0.1:1/x'
  expect(await prismaCli(['validate'], { url, cwd })).toMatchObject({ code: 0 })
  await writeFile(
    join(cwd, 'wrong.prisma'),
    'datasource db {\n  provider = "postgresql"\n}\nmodel Empty {\n}\n',
  )
  const { code, output } = await prismaCli(['validate', '--schema', 'wrong.prisma'], { url, cwd })
  expect(code).toBe(1)
  expect(output).toContain('wrong.prisma:4')
})

test('a database that does not answer is P1001', async () => {
  const { code, output } = await prismaCli(['migrate', 'status'], {
    url: 'postgresql://postgres@127.0.0.1:1/x',
    cwd,
  })
  expect(code).toBe(1)
  expect(output).toContain('P1001')
})

test('TypedSQL knows which columns and parameters may be null', async () => {
  await using database = await createThrowAway(server)
  await writeFile(
    join(cwd, 'sql/probe.sql'),
    '-- @param {String} $1:owner\n-- @param {Int} $2:most?\nSELECT t.title, t.parent_id, t.version + 1 AS next FROM todos t WHERE owner_id = $1::uuid LIMIT $2::int',
  )
  await writeFile(
    join(cwd, 'sql/outer.sql'),
    'SELECT l.name, t.title FROM lists l LEFT JOIN todos t ON t.list_id = l.id',
  )
  const { code, output } = await prismaCli(['generate', '--sql'], { url: database.url, cwd })
  expect(code, output).toBe(0)
  const probe = await readFile(join(cwd, 'generated/sql/probe.ts'), 'utf8')
  expect(probe).toContain('Parameters = [owner: string, most: number | null]')
  expect(probe).toMatch(/title: string\n\s+parent_id: string \| null\n\s+next: number \| null/)
  expect(await readFile(join(cwd, 'generated/sql/outer.ts'), 'utf8')).toMatch(
    /name: string \| null\n\s+title: string \| null/,
  )
})

test('a statement that Postgres refuses fails the generation and is named', async () => {
  await using database = await createThrowAway(server)
  await writeFile(join(cwd, 'sql/wrong.sql'), 'SELECT nonsense FROM nowhere')
  const { code, output } = await prismaCli(['generate', '--sql'], { url: database.url, cwd })
  await rm(join(cwd, 'sql/wrong.sql'))
  expect(code).toBe(1)
  expect(output).toContain('wrong.sql')
})
