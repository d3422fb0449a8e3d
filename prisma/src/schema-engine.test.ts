import { childEnv } from '@todo/testing'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { prismaCli } from './testing/cli.ts'
import { createMigratedDatabase } from './testing/migrated-database.ts'

const server = inject('testServerUrl')
const root = join(import.meta.dirname, '..')
let cwd: string

// These tests change the schema, so they work on a copy.
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'todo-prisma-'))
  for (const part of ['schema.prisma', 'migrations', 'scripts', 'prisma.config.ts', 'package.json']) {
    await cp(join(root, part), join(cwd, part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

test('migrate dev writes and applies a migration for a change of the schema', async () => {
  await using database = await createMigratedDatabase(server)
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

test('migrate:dev without DATABASE_URL starts its own scratch server', async () => {
  const schema = join(cwd, 'schema.prisma')
  const before = await readFile(schema, 'utf8')
  await writeFile(schema, before.replace('model Label {', 'model Label {\n  note String?\n'))
  const { DATABASE_URL: _, ...env } = childEnv({ CI: 'true', NO_COLOR: '1' })
  const args = [join(cwd, 'scripts/migrate-dev.ts'), '--name', 'add_note']
  await promisify(execFile)(process.execPath, args, { env })
  const added = (await readdir(join(cwd, 'migrations'))).find((name) => name.endsWith('_add_note')) ?? ''
  expect(await readFile(join(cwd, 'migrations', added, 'migration.sql'), 'utf8')).toContain('"note" TEXT')
  await rm(join(cwd, 'migrations', added), { recursive: true })
  await writeFile(schema, before)
})

test('validate accepts the schema and reports the line of an error', async () => {
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

test('an unreachable database is reported as P1001', async () => {
  const { code, output } = await prismaCli(['migrate', 'status'], {
    url: 'postgresql://postgres@127.0.0.1:1/x',
    cwd,
  })
  expect(code).toBe(1)
  expect(output).toContain('P1001')
})
