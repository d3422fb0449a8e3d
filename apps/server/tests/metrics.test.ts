import { createTestDatabase } from '@todo/db/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type TestServer, startServer } from './support/server.ts'
import { type World, makeWorld } from './support/world.ts'

const WAIT = { timeout: 60_000 }

const opened = new AsyncDisposableStack()
let server: TestServer
let withoutDatabase: TestServer
let world: World

beforeAll(async () => {
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  server = opened.use(await startServer(database.url))
  withoutDatabase = opened.use(await startServer('postgresql://postgres@127.0.0.1:1/none'))
  world = await makeWorld(server.url)
})
afterAll(() => opened.disposeAsync())

/** Scrapes the metrics: a map of name and labels to value. */
async function scrape({ url }: TestServer): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )
}

const get = (path: string) =>
  fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${world.token}` } })

const sample = (method: string, route: string, status: number) =>
  `http_requests_total{method="${method}",route="${route}",status_code="${status}"}`

test('requests are counted and timed by OpenAPI path or procedure', async () => {
  await get('/api/v1/todos?limit=1')
  await get('/trpc/todos.list?input=%7B%7D')
  await get(`/api/v1/todos/${uuidv7()}`)
  const samples = await scrape(server)
  expect(samples.get(sample('GET', '/api/v1/todos', 200))).toBe(1)
  expect(samples.get(sample('GET', '/trpc/todos.list', 200))).toBe(1)
  expect(samples.get(sample('GET', '/api/v1/todos/{id}', 404))).toBe(1)
  expect(samples.get('http_errors_total{route="/api/v1/todos/{id}",status_code="404"}')).toBe(1)
  const labels = 'method="GET",route="/api/v1/todos",status_code="200"'
  expect(samples.get(`http_request_duration_seconds_count{${labels}}`)).toBe(1)
  expect(samples.get(`http_request_duration_seconds_sum{${labels}}`)).toBeGreaterThan(0)
  expect(samples.get(`http_request_duration_seconds_bucket{le="+Inf",${labels}}`)).toBe(1)
})

test('a path that matches no route is counted as unmatched', async () => {
  await get('/api/v1/%zz')
  expect((await scrape(server)).get(sample('GET', 'unmatched', 400))).toBe(1)
})

test('each of many concurrent requests is counted once', async () => {
  const route = '/api/v1/labels/{id}'
  const labels = `method="GET",route="${route}",status_code="401"`
  const names = [
    `http_requests_total{${labels}}`,
    `http_errors_total{route="${route}",status_code="401"}`,
    `http_request_duration_seconds_count{${labels}}`,
  ]
  for (let round = 1; round <= 3; round += 1) {
    await Promise.all(Array.from({ length: 200 }, () => fetch(`${server.url}/api/v1/labels/${uuidv7()}`)))
    const counts = async () => {
      const samples = await scrape(server)
      return names.map((name) => samples.get(name))
    }
    // A response can reach us before its request is counted.
    await expect.poll(counts, WAIT).toEqual(names.map(() => round * 200))
  }
})

test('the pool, sessions, the event loop and Node itself have metrics', async () => {
  const samples = await scrape(server)
  expect(samples.get('db_pool_connections{pool="primary",state="max"}')).toBe(10)
  for (const state of ['total', 'idle', 'active', 'waiting'])
    expect(samples.get(`db_pool_connections{pool="primary",state="${state}"}`)).toBeGreaterThanOrEqual(0)
  expect(samples.get('active_user_sessions')).toBe(1)
  for (const name of [
    'nodejs_eventloop_lag_seconds',
    'nodejs_eventloop_lag_p99_seconds',
    'process_resident_memory_bytes',
  ])
    expect([...samples.keys()]).toContain(name)
})

describe('the number of series does not grow with what callers send', () => {
  test.each([
    ['random paths', () => `/${uuidv7()}/${uuidv7()}`],
    ['random paths of the API', () => `/api/v1/${uuidv7()}`],
    ['random procedures', () => `/trpc/${uuidv7()}`],
    ['random ids', () => `/api/v1/lists/${uuidv7()}`],
    ['random malformed ids', () => `/api/v1/labels/x${Math.random()}`],
    ['random files of Swagger UI', () => `/swagger-ui/static/${uuidv7()}.js`],
    ['random query strings', () => `/api/v1/counts?q=${uuidv7()}`],
  ])('%s', async (_, path) => {
    const series = async () =>
      [...(await scrape(server)).keys()].filter((key) => key.startsWith('http_requests_total'))
    await series()
    const before = await series()
    await Promise.all(
      Array.from({ length: 30 }, () => get(path()).then((response) => response.arrayBuffer())),
    )
    const added = (await series()).filter((key) => !before.includes(key))
    expect(added.length, added.join('\n')).toBeLessThanOrEqual(1)
    expect(added.join('')).not.toMatch(/[\da-f]{8}-|0\.\d/)
  })
})

test('a scrape works while the database is unreachable', async () => {
  await fetch(`${withoutDatabase.url}/health`)
  const samples = await scrape(withoutDatabase)
  expect(samples.get(sample('GET', '/health', 503))).toBe(1)
})
