import { createScratchDatabase, withClient } from '@todo/testing'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { pgbouncerVersion, startPgbouncer } from './support/pgbouncer.ts'
import { startProcess } from './support/process.ts'
import { makeWorld } from './support/world.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const version = pgbouncerVersion()
const CONNECTIONS = 3

const opened = new AsyncDisposableStack()
let direct: string

beforeAll(async () => {
  const empty = opened.use(await createScratchDatabase(inject('testServerUrl')))
  direct = empty.url
  // The pooler drops these settings of a connection, so an operator sets them on the database: see docs/scaling.md.
  const name = new URL(direct).pathname.slice(1)
  await withClient(direct, (client) =>
    client.query(
      `ALTER DATABASE ${name} SET TimeZone = 'UTC'; ALTER DATABASE ${name} SET statement_timeout = '10s'`,
    ),
  )
})
afterAll(() => opened.disposeAsync())

const start = (url: string, env: Record<string, string> = {}) =>
  startProcess(MAIN, {
    NODE_ENV: 'production',
    DATABASE_URL: url,
    DATABASE_MIGRATION_URL: direct,
    JWT_SECRET: 'a secret for these tests, of more than 32 bytes',
    LOG_LEVEL: 'warn',
    ...env,
  })

/** Runs many reads, writes and transactions concurrently. Returns the distinct statuses. */
async function statusesUnderLoad(url: string): Promise<number[]> {
  const { token, list } = await makeWorld(url)
  const statuses = new Set<number>()
  async function ask(method: string, path: string, body?: object): Promise<void> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    await response.arrayBuffer()
    statuses.add(response.status)
  }
  async function client(): Promise<void> {
    for (let round = 0; round < 15; round++) {
      await ask('POST', '/todos', { title: `round ${round}`, listId: list.id })
      await ask('GET', '/todos?sort=due&limit=20')
      await ask('GET', `/todos?listId=${list.id}&text=round`)
      await ask('PATCH', `/lists/${list.id}`, { colour: `#00000${round % 10}` })
      await ask('GET', '/counts')
    }
  }
  await Promise.all(Array.from({ length: 12 }, client))
  return [...statuses].sort()
}

describe.skipIf(version === undefined)(`behind PgBouncer (${version ?? 'not installed'})`, () => {
  test.skipIf((version ?? 0) < 1021)(
    'version 1.21 and later: statements are prepared, and transactions share few connections',
    async () => {
      await using pooler = await startPgbouncer(direct, { size: CONNECTIONS, preparedStatements: true })
      await using server = await start(pooler.url)
      await server.ready()
      expect(await statusesUnderLoad(server.url)).toEqual([200, 201])
      await withClient(direct, async (client) => {
        const { rows } = await client.query<{ connections: number }>(
          "SELECT count(*)::int AS connections FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'todo'",
        )
        expect(rows[0]!.connections).toBeLessThanOrEqual(CONNECTIONS)
      })
    },
  )

  test('one that mixes up prepared statements is refused at the start, with an explanation', async () => {
    await using pooler = await startPgbouncer(direct, { size: CONNECTIONS, preparedStatements: false })
    await using server = await start(pooler.url)
    expect(await server.exited).toBe(1)
    expect(server.output()).toContain('use PgBouncer 1.21 or newer, or add ?pgbouncer=true to the URL')
  })

  test('it serves with ?pgbouncer=true', async () => {
    await using pooler = await startPgbouncer(direct, { size: CONNECTIONS, preparedStatements: false })
    await using server = await start(`${pooler.url}?pgbouncer=true`)
    await server.ready()
    expect(await statusesUnderLoad(server.url)).toEqual([200, 201])
  })
})

describe('at the start', () => {
  const NO_POOLER = { DATABASE_MIGRATION_URL: '' }

  test('a pool larger than the server is refused', async () => {
    await using server = await start(direct, { ...NO_POOLER, DATABASE_POOL_SIZE: '900' })
    expect(await server.exited).toBe(1)
    expect(server.output()).toMatch(
      /One instance opens up to 900 connections, but the server allows \d+: lower DATABASE_POOL_SIZE/,
    )
  })

  test('a warning is logged if the pools of all instances together are too large', async () => {
    await using server = await start(direct, { ...NO_POOLER, APP_INSTANCES: '100' })
    await server.ready()
    await expect
      .poll(server.output)
      .toMatch(/100 instances open up to 1000 connections, but the server allows \d+/)
  })
})
