import { withClient } from '@todo/testing'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { isUnavailable } from '../errors.ts'
import { type Postgres, openPostgres } from '../open-postgres.ts'
import { type TestPostgres, openTestPostgres } from '../testing/open-test-postgres.ts'
import { startProxy } from '../testing/start-proxy.ts'

// Four connections: one pipeline and a pool of three.
const POOL_SIZE = 4
/** Longer than any test. */
const NEVER_MS = 600_000

let opened: TestPostgres
let postgres: Postgres

beforeAll(async () => {
  opened = await openTestPostgres(inject('testServerUrl'), { poolSize: POOL_SIZE })
  postgres = opened.postgres
})
afterAll(() => opened[Symbol.asyncDispose]())

const lookUp = (text: string, ...values: unknown[]) => postgres.run({ text, values, isLookup: true })
const pipeline = async () => (await lookUp('SELECT pg_backend_pid() AS pid'))[0]?.['pid']

/** A proxy to the server of `url` that can drop all responses without closing connections. */
async function stoppableLinkTo(url: string) {
  let isStopped = false
  let sent = ''
  const proxy = await startProxy(url, (client, server) => {
    client.on('data', (chunk) => {
      sent += chunk.toString('latin1')
      server.write(chunk)
    })
    server.on('data', (chunk) => isStopped || client.write(chunk))
  })
  return {
    ...proxy,
    /** What clients have sent. */
    sent: () => sent,
    stop: () => (isStopped = true),
    resume: () => (isStopped = false),
  }
}

/** For each promise its rows, or the code or message of its error. */
const outcomes = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) =>
    one.status === 'fulfilled' ? one.value : (one.reason.code ?? one.reason.message),
  )

test('concurrent lookups share a connection, and each gets its own rows', async () => {
  const numbers = Array.from({ length: 50 }, (_, n) => n)
  const text = 'SELECT $1::int AS n, pg_backend_pid() AS pid'
  const rows = (await Promise.all(numbers.map((n) => lookUp(text, n)))).flat()
  expect(rows.map(({ n }) => n)).toEqual(numbers)
  expect(new Set(rows.map(({ pid }) => pid)).size).toBe(1)
})

test('lookups are sent without waiting for earlier responses', async () => {
  await using link = await stoppableLinkTo(opened.url)
  const remote = openPostgres({ url: link.url, poolSize: POOL_SIZE, statementTimeoutMs: NEVER_MS })
  const echo = (value: string) => remote.run({ text: 'SELECT $1 AS it', values: [value], isLookup: true })
  await echo('connected')
  link.stop()
  const values = Array.from({ length: 20 }, (_, n) => `lookup-${n};`)
  const all = outcomes(values.map(echo))
  await expect.poll(() => values.filter((value) => !link.sent().includes(value))).toEqual([])
  remote.terminateActive()
  await all
  await remote.close()
})

test('a lookup is planned once', async () => {
  const text = 'SELECT relname FROM pg_class WHERE oid = $1::oid'
  for (const oid of ['1', '2', '3']) await lookUp(text, oid)
  const plans = await lookUp(
    'SELECT generic_plans::int, custom_plans::int FROM pg_prepared_statements WHERE statement = $1',
    text,
  )
  expect(plans).toEqual([{ generic_plans: 3, custom_plans: 0 }])
})

test('pipelines count towards the maximum number of connections', async () => {
  await Promise.all([
    lookUp('SELECT 1 AS n'),
    ...Array.from({ length: 20 }, () =>
      postgres.run({ text: 'SELECT pg_sleep(0.01)::text AS n', values: [] }),
    ),
  ])
  expect(postgres.counts()).toEqual({ max: POOL_SIZE, total: POOL_SIZE, idle: POOL_SIZE, waiting: 0 })
})

test('a write that is marked as a lookup is refused', async () => {
  await expect(lookUp('CREATE TABLE notes ()')).rejects.toMatchObject({ code: '25006' })
})

/** The outcomes of a lookup that is sent twice, between two others. */
const betweenOthers = (text: string) =>
  outcomes([
    lookUp('SELECT $1::int AS n', 1),
    lookUp(text, 0),
    lookUp(text, 0),
    lookUp('SELECT $1::int AS n', 2),
  ])

const failures: [text: string, code: string][] = [
  ['SELECT 1 / $1::int AS n', '22012'],
  ["SELECT ($1 || 'x')::int AS n", '22P02'],
]
test.each(failures)('%s fails alone, and the connection stays in use', async (text, code) => {
  const before = await pipeline()
  for (let time = 0; time < 3; time += 1) {
    expect(await betweenOthers(text)).toEqual([[{ n: 1 }], code, code, [{ n: 2 }]])
  }
  expect(await pipeline()).toBe(before)
})

test.each([
  ['SELECT $1::int AS n FROM nowhere', '42P01'],
  ['SELEC $1', '42601'],
])('%s, which cannot be prepared, fails with its own error each time', async (text, code) => {
  for (let time = 0; time < 2; time += 1) {
    expect(await betweenOthers(text)).toEqual([[{ n: 1 }], code, code, [{ n: 2 }]])
  }
})

test('a value that cannot be serialised fails alone, and its statement can run again', async () => {
  const text = 'SELECT $1::jsonb AS it'
  const all = [lookUp('SELECT 1 AS n'), lookUp(text, { n: 1n }), lookUp('SELECT 2 AS n')]
  expect(await outcomes(all)).toEqual([[{ n: 1 }], expect.stringContaining('BigInt'), [{ n: 2 }]])
  expect(await lookUp(text, { n: 1 })).toEqual([{ it: { n: 1 } }])
})

test('a lookup that takes too long runs again on the pool, and those behind it on a new pipeline', async () => {
  const before = await pipeline()
  const slow = 'SELECT pg_sleep(1.5)::text AS slept, pg_backend_pid() AS pid'
  const all = [lookUp(slow), ...Array.from({ length: 5 }, (_, n) => lookUp('SELECT $1::int AS n', n))]
  const [[slept], ...behind] = (await outcomes(all)) as [[{ pid: number }], ...unknown[]]
  expect(slept.pid).not.toBe(before)
  expect(behind).toEqual(Array.from({ length: 5 }, (_, n) => [{ n }]))
  expect(await pipeline()).not.toBe(before)
})

test('lookups do not wait for a locked table that another lookup reads', async () => {
  // Neither a timeout of the pool nor of the lock ends the wait, only the short one of lookups.
  const patient = openPostgres({
    url: opened.url,
    poolSize: POOL_SIZE,
    statementTimeoutMs: NEVER_MS,
    lockTimeoutMs: NEVER_MS,
  })
  const read = (text: string) => patient.run({ text, values: [], isLookup: true })
  await withClient(opened.url, async (other) => {
    await other.query('CREATE TABLE locked AS SELECT 1 AS n')
    await other.query('BEGIN; LOCK TABLE locked')
    const held = Array.from({ length: 2 }, () => read('SELECT n FROM locked'))
    expect(await Promise.all([read('SELECT 1 AS n'), read('SELECT 2 AS n')])).toEqual([
      [{ n: 1 }],
      [{ n: 2 }],
    ])
    await other.query('COMMIT')
    expect(await Promise.all(held)).toEqual([[{ n: 1 }], [{ n: 1 }]])
  })
  await patient.close()
}, 60_000)

test('a connection that ends fails its lookups, and the next lookup opens another', async () => {
  const before = await pipeline()
  const ending = "SELECT pg_terminate_backend(pg_backend_pid()) AS ended, 'x' AS it"
  const all = await Promise.allSettled([lookUp(ending), lookUp('SELECT 1 AS n')])
  for (const one of all) expect(isUnavailable((one as PromiseRejectedResult).reason)).toBe(true)
  expect(await pipeline()).not.toBe(before)
})

test('a pipeline that breaks while idle is reported and replaced', async () => {
  const errors: Error[] = []
  await using other = await openTestPostgres(inject('testServerUrl'), {
    poolSize: POOL_SIZE,
    onError: (error) => errors.push(error),
  })
  const pidOf = () =>
    other.postgres.run({ text: 'SELECT pg_backend_pid() AS pid', values: [], isLookup: true })
  const before = await pidOf()
  await withClient(opened.url, (client) =>
    client.query('SELECT pg_terminate_backend($1)', [before[0]?.['pid']]),
  )
  await expect.poll(() => errors.length).toBe(1)
  expect(await pidOf()).not.toEqual(before)
})

test('connections in use are terminated, pipelines too', async () => {
  await using link = await stoppableLinkTo(opened.url)
  const remote = openPostgres({ url: link.url, poolSize: POOL_SIZE, statementTimeoutMs: NEVER_MS })
  const one = (isLookup: boolean) => remote.run({ text: 'SELECT 1 AS n', values: [], isLookup })
  await Promise.all([one(true), one(false)])
  link.stop()
  const all = outcomes([one(true), one(true), one(false)])
  await expect.poll(() => remote.counts().total - remote.counts().idle).toBe(2)
  remote.terminateActive()
  expect(await all).toEqual(['ETIMEDOUT', 'ETIMEDOUT', 'ETIMEDOUT'])
  link.resume()
  expect(await one(true)).toEqual([{ n: 1 }])
  await remote.close()
})

test('lookups beyond the limit of a pipeline are refused at once', async () => {
  const all = await outcomes(Array.from({ length: 1_200 }, () => lookUp('SELECT 1 AS n')))
  const refused = all.filter((one) => one === '53300')
  expect(refused).toHaveLength(1_000)
})

test('a server that stops answering is noticed although lookups keep coming', async () => {
  await using link = await stoppableLinkTo(opened.url)
  const remote = openPostgres({ url: link.url, poolSize: POOL_SIZE, statementTimeoutMs: 500 })
  const one = () => remote.run({ text: 'SELECT 1 AS n', values: [], isLookup: true })
  await one()
  link.stop()
  const outcomeOfAll: Promise<unknown>[] = []
  const sender = setInterval(() => outcomeOfAll.push(one().catch((error: unknown) => error)), 50)
  const first = await one().catch((error: unknown) => error)
  clearInterval(sender)
  expect(first).toMatchObject({ code: 'ETIMEDOUT' })
  link.resume()
  await Promise.all(outcomeOfAll)
  expect(await one()).toEqual([{ n: 1 }])
  await remote.close()
})

test('close ends all pipelines, even one that is connecting, and later lookups fail', async () => {
  const closing = openPostgres({ url: opened.url, poolSize: POOL_SIZE, applicationName: 'closing' })
  const one = () => closing.run({ text: 'SELECT 1 AS n', values: [], isLookup: true })
  const early = one().catch((error: unknown) => error)
  await closing.close()
  await early
  await expect(one()).rejects.toThrow('after calling end')
  const connections = () =>
    withClient(opened.url, async (client) => {
      const { rowCount } = await client.query(
        "SELECT FROM pg_stat_activity WHERE application_name = 'closing'",
      )
      return rowCount
    })
  await expect.poll(connections).toBe(0)
})

test('a server that accepts connections but does not answer counts as unavailable', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const hanging = openPostgres({ url: `postgresql://postgres@127.0.0.1:${port}/none` })
  const failed = hanging
    .run({ text: 'SELECT 1 AS n', values: [], isLookup: true })
    .catch((error: unknown) => error)
  expect(isUnavailable(await failed)).toBe(true)
  await hanging.close()
  silent.close()
})

test('lookups fail if the server cannot be reached', async () => {
  const nowhere = openPostgres({ url: 'postgresql://postgres@127.0.0.1:1/none' })
  const all = [1, 2].map((n) => nowhere.run({ text: 'SELECT $1::int AS n', values: [n], isLookup: true }))
  expect(await outcomes(all)).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
  await nowhere.close()
})
