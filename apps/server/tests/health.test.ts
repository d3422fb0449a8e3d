import { createTestDatabase } from '@todo/db/testing'
import { fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { health } from '../src/plugins/health.ts'
import { type TestServer, startServer } from './support/server.ts'

const opened = new AsyncDisposableStack()
let server: TestServer
let withoutDatabase: TestServer

beforeAll(async () => {
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  server = opened.use(await startServer(database.url))
  withoutDatabase = opened.use(await startServer('postgresql://postgres@127.0.0.1:1/none'))
})
afterAll(() => opened.disposeAsync())

async function get(url: string) {
  const response = await fetch(url)
  return {
    status: response.status,
    cache: response.headers.get('cache-control'),
    body: await response.json(),
  }
}

describe('with its database', () => {
  test.each([
    [
      '/health',
      { status: 'healthy', database: 'connected', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
    ],
    ['/health/live', { status: 'alive' }],
    ['/health/ready', { status: 'ready' }],
  ])('%s', async (path, body) => {
    expect(await get(`${server.url}${path}`)).toEqual({ status: 200, cache: 'no-store', body })
  })
})

describe('without its database', () => {
  test.each([
    ['/health', 503, { status: 'unhealthy', database: 'disconnected', timestamp: expect.any(String) }],
    ['/health/live', 200, { status: 'alive' }],
    ['/health/ready', 503, { status: 'not ready' }],
  ])('%s', async (path, status, body) => {
    expect(await get(`${withoutDatabase.url}${path}`)).toEqual({ status, cache: 'no-store', body })
  })
})

describe('the probe', () => {
  test('is shared by concurrent requests and repeated for later ones', async () => {
    let asked = 0
    let answer = (): void => undefined
    await using app = fastify()
    await app.register(health, {
      probe: () => {
        asked += 1
        return new Promise<void>((resolve) => (answer = resolve))
      },
    })
    const many = Array.from({ length: 50 }, (_, i) => app.inject(i % 2 ? '/health' : '/health/ready'))
    await expect.poll(() => asked).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    answer()
    expect(new Set((await Promise.all(many)).map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    expect(asked).toBe(1)
    const later = app.inject('/health')
    await expect.poll(() => asked).toBe(2)
    answer()
    expect((await later).statusCode).toBe(200)
  })

  test('that hangs counts as an outage', async () => {
    await using app = fastify()
    await app.register(health, { probe: () => new Promise(() => undefined) })
    expect((await app.inject('/health')).statusCode).toBe(503)
  })

  test('is skipped while the instance is closing', async () => {
    let asked = 0
    await using app = fastify()
    await app.register(health, { probe: async () => (asked += 1) })
    app.readiness.ready = false
    expect((await app.inject('/health/ready')).statusCode).toBe(503)
    expect((await app.inject('/health/live')).statusCode).toBe(200)
    expect(asked).toBe(0)
  })
})
