import { type TestDatabase, createTestDatabase } from '@todo/db/testing'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type ServerProcess, startProcess } from './support/process.ts'
import { PASSWORD, makeWorld } from './support/world.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const DELAY_SECONDS = 4

const opened = new AsyncDisposableStack()
let database: TestDatabase
let dirs: string[]
let servers: ServerProcess[]
let email: string

const secretOf = (kid: string) => `the secret of ${kid}`.padEnd(40, '.')
const put = (dir: string, kid: string) => writeFile(join(dir, kid), secretOf(kid))
const nowAsName = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')

beforeAll(async () => {
  database = opened.use(await createTestDatabase(inject('testServerUrl')))
  dirs = await Promise.all([1, 2, 3].map(() => mkdtemp(join(tmpdir(), 'todo-keys-'))))
  opened.defer(async () => void (await Promise.all(dirs.map((dir) => rm(dir, { recursive: true })))))
  // Each instance has its own copy of the keys, as from a secrets manager.
  for (const dir of dirs) await put(dir, '20260101T000000Z')
  servers = []
  for (const dir of dirs) {
    const server = opened.use(
      await startProcess(MAIN, {
        NODE_ENV: 'production',
        DATABASE_URL: database.url,
        DATABASE_POOL_SIZE: '4',
        JWT_KEYS_DIR: dir,
        JWT_KEYS_DELAY_SECONDS: String(DELAY_SECONDS),
        LOG_LEVEL: 'warn',
      }),
    )
    await server.ready()
    servers.push(server)
  }
  email = (await makeWorld(servers[0]!.url)).email
})
afterAll(() => opened.disposeAsync())

const anyServer = () => servers[Math.floor(Math.random() * servers.length)]!.url
const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

async function logIn(): Promise<string> {
  const response = await fetch(`${anyServer()}/api/v1/auth/log-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD, mode: 'body' }),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { accessToken: string }).accessToken
}

test('no token is refused while keys are rotated under load, instance by instance, in any order', async () => {
  const recent: string[] = []
  const statuses = new Map<number, number>()
  const state = { loading: true }
  async function load(): Promise<void> {
    while (state.loading) {
      const token = await logIn()
      recent.push(kidOf(token))
      // Every instance must accept it, because a load balancer may choose any.
      for (const { url } of servers) {
        const { status } = await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
  }
  const loading = load()
  const kids: string[] = []
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
  ]) {
    const kid = nowAsName()
    kids.push(kid)
    for (const instance of order) {
      await put(dirs[instance]!, kid)
      await sleep(1_400)
    }
    await expect.poll(() => recent.includes(kid)).toBe(true)
  }
  // Finally, all instances sign with the newest key.
  await expect.poll(() => new Set(recent.slice(-20))).toEqual(new Set([kids[1]]))
  state.loading = false
  await loading
  expect([...statuses.keys()]).toEqual([200])
  expect(statuses.get(200)).toBeGreaterThan(20)
})

test('an instance that has not polled yet accepts a token of a new key', async () => {
  const kid = 'zz-signs-at-once'
  await Promise.all(dirs.map((dir) => put(dir, kid)))
  const statuses: number[] = []
  for (const end = Date.now() + 6_000; Date.now() < end;) {
    const token = await logIn()
    const answers = await Promise.all(
      servers.map(({ url }) => fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })),
    )
    statuses.push(...answers.map(({ status }) => status))
    if (kidOf(token) === kid && statuses.length > 60) break
  }
  expect(new Set(statuses)).toEqual(new Set([200]))
})
