import { createTestDatabase } from '@todo/db/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type TestServer, startServer } from './support/server.ts'
import { PASSWORD, type World, makeWorld } from './support/world.ts'

const opened = new AsyncDisposableStack()
let server: TestServer
let world: World
let userId: string

beforeAll(async () => {
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  server = opened.use(await startServer(database.url))
  world = await makeWorld(server.url)
  const me = (await (await ask('/api/v1/me')).json()) as { id: string }
  userId = me.id
})
afterAll(() => opened.disposeAsync())

const ask = (path: string, { headers, ...init }: RequestInit = {}) =>
  fetch(`${server.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${world.token}`, ...(headers as Record<string, string>) },
  })

type Line = Record<string, unknown>

/** The log lines with this request id, once there are as many as expected. */
async function linesOf(id: string, count = 1): Promise<Line[]> {
  const lines = () =>
    server
      .logs()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line['request_id'] === id)
  await expect.poll(() => lines().length).toBeGreaterThanOrEqual(count)
  return lines()
}

describe('one line of JSON per request', () => {
  test.each([
    { path: '/api/v1/todos?limit=3', endpoint: '/api/v1/todos', status: 200 },
    { path: `/api/v1/todos/${uuidv7()}`, endpoint: '/api/v1/todos/{id}', status: 404 },
    { path: '/trpc/counts.get', endpoint: '/trpc/counts.get', status: 200 },
    { path: '/api/v1/lists', method: 'POST', endpoint: '/api/v1/lists', status: 422 },
  ])('$endpoint, $status', async ({ path, method = 'GET', endpoint, status }) => {
    const id = uuidv7()
    expect((await ask(path, { method, headers: { 'x-request-id': id } })).status).toBe(status)
    const lines = await linesOf(id)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 30,
      msg: 'request',
      request_id: id,
      user_id: userId,
      method,
      endpoint,
      status_code: status,
      duration_ms: expect.any(Number),
    })
  })

  test('an unknown path without a log-in', async () => {
    const id = uuidv7()
    await fetch(`${server.url}/nowhere/at/all`, { headers: { 'x-request-id': id } })
    expect(await linesOf(id)).toMatchObject([{ user_id: null, endpoint: 'unmatched', status_code: 404 }])
  })

  test('a malformed path', async () => {
    const id = uuidv7()
    await ask('/api/v1/%zz', { headers: { 'x-request-id': id } })
    const lines = await linesOf(id)
    expect(lines).toMatchObject([{ user_id: null, endpoint: 'unmatched', method: 'GET', status_code: 400 }])
    expect(lines[0]?.['duration_ms']).toEqual(expect.any(Number))
  })
})

test('a closed server has logged all its responses and left no listeners on the process', async () => {
  const listeners = process.listenerCount('exit')
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  const other = await startServer(database.url)
  await Promise.all(Array.from({ length: 300 }, () => fetch(`${other.url}/health/live`)))
  await other[Symbol.asyncDispose]()
  expect(other.logs().match(/"endpoint":"\/health\/live"/g)).toHaveLength(300)
  expect(process.listenerCount('exit')).toBe(listeners)
})

test('token, cookie, password, query string and body are never logged', async () => {
  const id = uuidv7()
  const headers = { 'x-request-id': id, 'content-type': 'application/json' }
  const cookie = `__Host-refresh=${world.refreshToken}; other=a-cookie-of-another-app`
  const login = { email: world.email, password: PASSWORD, mode: 'body' }
  await ask('/api/v1/auth/log-in', { method: 'POST', headers, body: JSON.stringify(login) })
  await ask('/api/v1/auth/refresh', { method: 'POST', headers: { ...headers, cookie }, body: '{}' })
  await ask('/trpc/auth.logIn', { method: 'POST', headers, body: JSON.stringify(login) })
  await ask('/api/v1/todos?text=a-word-of-the-query', { headers: { ...headers, cookie } })
  await ask(`/trpc/todos.list?input=${encodeURIComponent('{"text":"a-word-of-the-query"}')}`, { headers })
  await ask('/api/v1/todos', { method: 'POST', headers, body: '{"title":"a-title-of-the-body"}' })
  await ask('/api/v1/todos', { method: 'POST', headers, body: '{"title":"a-title-of-the-body"' })
  await ask('/api/v1/%zz?text=a-word-of-the-query', { headers })
  expect(await linesOf(id, 8)).toHaveLength(8)
  const logs = server.logs()
  for (const secret of [
    world.token,
    world.token.split('.')[2]!,
    world.refreshToken,
    world.email,
    PASSWORD,
    'a-cookie-of-another-app',
    'a-word-of-the-query',
    'a-title-of-the-body',
    'Bearer',
  ])
    expect(logs.includes(secret), secret.slice(0, 20)).toBe(false)
})

describe('request ids', () => {
  const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

  test.each(['a', 'abc-123_DEF.4', 'x'.repeat(128), uuidv7()])('%s is accepted and echoed', async (id) => {
    const response = await ask('/health/live', { headers: { 'x-request-id': id } })
    expect(response.headers.get('x-request-id')).toBe(id)
  })

  test.each([
    ['none', undefined],
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['with a space', 'two words'],
    ['with a quote', 'a"b'],
    ['with a brace', '{"level":60}'],
    ['with a letter outside ASCII', 'caf\u00E9'],
  ])('%s is replaced', async (_, id) => {
    const response = await ask('/api/v1/nothing', { headers: id === undefined ? {} : { 'x-request-id': id } })
    const echoed = response.headers.get('x-request-id')
    expect(echoed).toMatch(UUID)
    expect(await response.json()).toMatchObject({ requestId: echoed })
  })

  test.each(['/api/v1/todos', '/trpc/counts.get', '/nowhere', '/api/v1/%zz', '/swagger-ui'])(
    'is on every answer: %s',
    async (path) => {
      const response = await ask(path, { headers: { 'x-request-id': 'mine' } })
      expect(response.headers.get('x-request-id')).toBe('mine')
    },
  )
})
