import { createTestDatabase } from '@todo/db/testing'
import { cp, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type ServerProcess, startProcess } from './support/process.ts'
import { makeWorld } from './support/world.ts'

const DIST = join(import.meta.dirname, '../dist')
const JWT_SECRET = 'kZ8vJ1xQ3mW5rT7yB9nD2fG4hL6pS0cA'

const opened = new AsyncDisposableStack()
let folder: string
let server: ServerProcess

// Outside of the repository, so that its node_modules cannot be found.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo-bundle-'))
  opened.defer(() => rm(folder, { recursive: true }))
  await cp(DIST, folder, { recursive: true })
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  await database.database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const DATABASE_URL = database.url
  const env = { NODE_ENV: 'production', DATABASE_URL, JWT_SECRET, SHUTDOWN_DRAIN_MS: '0' }
  server = opened.use(await startProcess(join(folder, 'server.js'), { cwd: folder, ...env }))
  await server.ready()
})
afterAll(() => opened.disposeAsync())

const get = (path: string) => fetch(`${server.url}${path}`)

test('contains server.js and the chunks of its commands, migrations, the OpenAPI document, Prisma’s compiler and Swagger UI', async () => {
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'))
  const others = (await readdir(folder)).filter((name) => !/\.js(\.map)?$/.test(name))
  expect(others.sort()).toEqual(['migrations', 'openapi.json', 'prisma.wasm', 'static'])
  const sizes = await Promise.all(scripts.map(async (name) => (await stat(join(folder, name))).size))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4_000_000)
})

test('the health check loads almost no code', async () => {
  const names = (await readdir(folder)).filter((name) => /^(server|healthcheck-.*|main-.*)\.js$/.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const check = texts.find((text) => text.includes('/health/live responded with'))
  expect(check?.length).toBeLessThan(3_000)
  expect(check).not.toMatch(/from ?"\.\//)
})

test('the start loads neither Swagger UI, nor the document generator, nor all languages of Zod', async () => {
  const texts = await loadedWith(await nameOf(/^serve-.*\.js$/))
  expect(texts).toContain('nothing to migrate')
  for (const left of [
    'swagger-initializer',
    'The Todo authors',
    '@fastify/ajv-compiler/',
    'Ongeldige invoer',
    'application/x-yaml',
  ])
    expect(texts).not.toContain(left)
})

/** The text of the file and of everything it imports statically. */
async function loadedWith(name: string, seen = new Set<string>()): Promise<string> {
  if (seen.has(name)) return ''
  seen.add(name)
  const text = await readFile(join(folder, name), 'utf8')
  const names = [...text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map(([, other = '']) => other)
  const others: string[] = []
  for (const other of names) others.push(await loadedWith(other, seen))
  return [text, ...others].join('')
}

async function nameOf(pattern: RegExp): Promise<string> {
  const name = (await readdir(folder)).find((one) => pattern.test(one))
  if (name === undefined) throw new Error(`${pattern} is not in the bundle`)
  return name
}

test('it creates its tables and is healthy', async () => {
  expect(await (await get('/health')).json()).toMatchObject({ status: 'healthy', database: 'connected' })
  await expect.poll(() => server.output()).toContain('"migrated"')
})

test('accounts, log-ins and todos work, and production has no demo account', async () => {
  const world = await makeWorld(server.url)
  expect(world.todo.title).toBe('A todo')
  const response = await fetch(`${server.url}/api/v1/auth/log-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'try everything once', mode: 'body' }),
  })
  expect(response.status).toBe(401)
})

test('Swagger UI is served, but no other file of the bundle', async () => {
  for (const path of ['/swagger-ui', '/swagger-ui/', '/api-doc/openapi.json']) {
    expect((await get(path)).status, path).toBe(200)
  }
  const html = await (await get('/swagger-ui')).text()
  for (const [, asset = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const loaded = await get(asset)
    expect(loaded.status, asset).toBe(200)
    expect((await loaded.arrayBuffer()).byteLength).toBeGreaterThan(100)
  }
  for (const path of [
    '/swagger-ui/static/../server.js',
    '/swagger-ui/static/..%2fserver.js',
    '/swagger-ui/..%2fserver.js',
  ])
    expect((await get(path)).status, path).not.toBe(200)
})

test('responses tell browsers to use HTTPS only (HSTS)', async () => {
  expect((await get('/health')).headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/)
})

test('it logs nothing but JSON lines, and closes', async () => {
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  const lines = server.output().trim().split('\n')
  expect(lines.length).toBeGreaterThan(5)
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg')
})
