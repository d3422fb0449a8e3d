import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestServer, startServer } from './support/server.ts'
import { silentPostgres } from './support/silent-postgres.ts'

const opened = new AsyncDisposableStack()
let server: TestServer

beforeAll(async () => {
  const postgres = await silentPostgres()
  server = opened.use(await startServer(postgres.url))
  // Closed first, because the pool waits for its pending queries.
  opened.use(postgres)
})
afterAll(() => opened.disposeAsync())

async function metrics(): Promise<string> {
  const response = await fetch(`${server.url}/metrics`, { signal: AbortSignal.timeout(60_000) })
  expect(response.status).toBe(200)
  return response.text()
}

async function connections(state: string): Promise<number> {
  const [, value] = (await metrics()).match(new RegExp(`state="${state}"} (\\d+)`)) ?? []
  return Number(value)
}

test('metrics are served without the number of sessions', async () => {
  const text = await metrics()
  expect(text).toContain('nodejs_eventloop_lag_seconds ')
  expect(text).not.toMatch(/^active_user_sessions/m)
})

test('probes do not fill the pool', async () => {
  for (let probe = 0; probe < 5; probe++) expect((await fetch(`${server.url}/health/ready`)).status).toBe(503)
  // The poll for ended sessions still holds one.
  await expect.poll(() => connections('active')).toBeLessThanOrEqual(1)
  expect(await connections('waiting')).toBe(0)
})
