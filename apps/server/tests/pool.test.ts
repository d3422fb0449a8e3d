import { createTestDatabase } from '@todo/db/testing'
import { withClient } from '@todo/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type TestServer, startServer } from './support/server.ts'
import { type World, makeWorld } from './support/world.ts'

const opened = new AsyncDisposableStack()
let databaseUrl: string
let server: TestServer
let world: World

beforeAll(async () => {
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  databaseUrl = database.url
  server = opened.use(await startServer(databaseUrl, { poolSize: 2 }))
  world = await makeWorld(server.url)
})
afterAll(() => opened.disposeAsync())

const complete = () =>
  fetch(`${server.url}/api/v1/todos/${world.todo.id}/complete`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.token}` },
  })

const states = async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Object.fromEntries(
    [...text.matchAll(/^db_pool_connections\{pool="primary",state="(\w+)"\} (\d+)$/gm)].map(
      ([, state, count]) => [state, Number(count)],
    ),
  )
}

test('requests beyond the limit of the pool’s queue get 503 at once, and the others are served', async () => {
  await withClient(databaseUrl, async (other) => {
    // Blocks all writers of this account.
    await other.query('BEGIN; SELECT 1 FROM change_heads FOR UPDATE')
    const requests = Array.from({ length: 150 }, complete)
    let rejected = 0
    for (const request of requests) void request.then(({ status }) => status === 503 && (rejected += 1))
    const early = await Promise.any(requests)
    expect(server.waiting()).toBeLessThanOrEqual(100)
    expect(early.status).toBe(503)
    expect(early.headers.get('retry-after')).toBe('1')
    await expect.poll(() => rejected).toBeGreaterThanOrEqual(48)
    await other.query('COMMIT')
    const statuses = (await Promise.all(requests)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
  })
  await expect.poll(states).toEqual({ max: 2, total: 2, idle: 2, active: 0, waiting: 0 })
  expect((await complete()).status).toBe(200)
})
