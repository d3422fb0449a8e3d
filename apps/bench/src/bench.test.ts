import { createTestDatabase } from '@todo/db/testing'
import { freePort, withClient } from '@todo/testing'
import { ALL_WORKLOADS, WRITES, seed, startGenerator } from '@todo/load'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { charts } from './charts.ts'
import { gatesOf } from './gates.ts'
import { type Plan, type Sample, measure, stepsOf } from './measure.ts'
import { type ServerProcess, startServer } from './processes.ts'
import { gateTable, workloadTables } from './report.ts'
import { summarize } from './statistics.ts'
import { targetNamed } from './targets.ts'

const jwtSecret = 'a secret of the bench, of more than 32 bytes'
const plan: Plan = {
  scale: { owners: 8, bigTodos: 2_000 },
  rounds: 1,
  seconds: 1,
  rampUpSeconds: 0,
  warmUp: [],
  writeSeconds: 1,
  // Counted, because a busy machine may answer nothing in a second.
  requests: { ...Object.fromEntries(ALL_WORKLOADS.map((workload) => [workload, 32])), 'log in': 8 },
  workloads: ALL_WORKLOADS,
  targets: [targetNamed('ours-rest'), targetNamed('ours-rpc')],
}

const opened = new AsyncDisposableStack()
let databaseUrl: string
let server: ServerProcess

beforeAll(async () => {
  ;({ url: databaseUrl } = opened.use(await createTestDatabase(inject('testServerUrl'))))
  await withClient(databaseUrl, (client) => seed(client, plan.scale))
  server = await startServer({
    command: [process.execPath, join(import.meta.dirname, '../../server/src/main.ts')],
    port: await freePort(),
    env: {
      DATABASE_URL: databaseUrl,
      JWT_SECRET: jwtSecret,
      HOST: '127.0.0.1',
      SHUTDOWN_DRAIN_MS: '0',
    },
    stdio: 'ignore',
  })
  opened.defer(server.stop)
})
afterAll(() => opened.disposeAsync())

let steps = 0
const run = (part: Partial<Plan> = {}) =>
  measure(
    { ...plan, ...part },
    {
      servers: new Map([['ours', server]]),
      postgresPid: process.pid,
      databaseUrl,
      jwtSecret,
      onStep: () => (steps += 1),
    },
  )

test('REST and RPC answer every workload correctly, and each gets its figures and a chart', async () => {
  const samples = await run()
  expect(steps).toBe(stepsOf(plan))
  expect(new Set(samples.map(({ workload }) => workload))).toEqual(new Set(ALL_WORKLOADS))
  expect(new Set(samples.map(({ target }) => target))).toEqual(new Set(['ours-rest', 'ours-rpc']))
  for (const sample of samples) {
    expect(sample.requestsPerSecond).toBeGreaterThan(0)
    expect(sample.p50).toBeGreaterThan(0)
    expect(sample.p99).toBeGreaterThanOrEqual(sample.p50)
  }
  expect(workloadTables(samples)).toContain('### far page of many')
  for (const svg of (await charts(summarize(samples))).values()) {
    expect(svg).toMatch(/^<svg[^]*ours-rpc[^]*<\/svg>$/)
  }
})

test('new columns with a default change no answer and break no write', async () => {
  await withClient(databaseUrl, (client) =>
    client.query(`
      ALTER TABLE todos ADD COLUMN added_later integer;
      ALTER TABLE changes ADD COLUMN added_later uuid NOT NULL DEFAULT gen_random_uuid()`),
  )
  expect(await run({ workloads: ['get', 'create', 'change'] })).toHaveLength(6)
})

test('a write without an entry in the change log stops the run', async () => {
  await withClient(databaseUrl, (client) =>
    client.query(`
      CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER forget BEFORE INSERT ON changes FOR EACH ROW EXECUTE FUNCTION forget()`),
  )
  await expect(run({ workloads: ['create'] })).rejects.toThrow(
    'ours-rest, create: 32 writes are missing in the change log.',
  )
  await withClient(databaseUrl, (client) => client.query('DROP TRIGGER forget ON changes'))
})

test('an incorrect answer stops the run', async () => {
  await withClient(databaseUrl, (client) => client.query("UPDATE todos SET title = 'x' WHERE priority = 2"))
  await expect(run({ workloads: ['list'] })).rejects.toThrow(
    /ours-rest, list: \d+ of \d+ answers are incorrect: 200/,
  )
})

test('the run fails if the load generator exits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'todo-bench-'))
  opened.defer(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'exits.mjs')
  writeFileSync(file, "process.on('message', () => process.exit(3))")
  const generator = await startGenerator(file)
  await expect(generator.run({} as never)).rejects.toThrow('exits.mjs exited with code 3')
})

const sample = (target: string, part: Partial<Sample>): Sample => ({
  target,
  workload: 'get',
  round: 1,
  requestsPerSecond: 1,
  p50: 1,
  p99: 1,
  serverCpu: undefined,
  postgresCpu: undefined,
  memoryMiB: undefined,
  ...part,
})
const gateNamed = (name: string, samples: Sample[]) =>
  gatesOf({ samples, startSeconds: [], container: undefined }).find(({ what }) => what === name)

const READS = 'ours / floor by throughput: get, list'

test('a ratio is the median over the rounds, so one slow round does not count', () => {
  const samples = [100, 50, 10].flatMap((rate, round) => [
    sample('floor', { round, requestsPerSecond: rate }),
    sample('ours-rest', { round, requestsPerSecond: round === 0 ? rate * 0.2 : rate * 1.1 }),
  ])
  expect(gateNamed(READS, samples)?.measured).toBeCloseTo(1.1)
})

test('a gate is decided by the lowest of its ratios', () => {
  const samples = (rpc: number) => [
    sample('floor', { requestsPerSecond: 100 }),
    sample('ours-rest', { requestsPerSecond: 120 }),
    sample('ours-rpc', { requestsPerSecond: rpc }),
  ]
  expect(gateNamed(READS, samples(95))).toMatchObject({ measured: 0.95, verdict: 'reached' })
  expect(gateNamed(READS, samples(94))).toMatchObject({ lowest: 'ours-rpc, get', verdict: 'MISSED' })
})

test('writes are compared with floor by the mean CPU time of the server', () => {
  const samples = (create: number) =>
    WRITES.flatMap((workload) => [
      sample('floor', { workload, requestsPerSecond: 100, serverCpu: 75 }),
      sample('ours-rest', {
        workload,
        requestsPerSecond: 10,
        serverCpu: workload === 'create' ? create : 100,
      }),
    ])
  const gate = "ours / floor by the server's CPU: mean of create, change, complete"
  expect(gateNamed(gate, samples(100))).toMatchObject({ measured: 0.75, verdict: 'reached' })
  const slow = gateNamed(gate, samples(150))
  expect(slow?.measured).toBeCloseTo((0.5 + 0.75 + 0.75) / 3)
  expect(slow).toMatchObject({ lowest: 'ours-rest, create: 0.50', verdict: 'MISSED' })
})

test('a gate without figures is not measured', () => {
  const gates = gatesOf({ samples: [], startSeconds: [], container: undefined })
  expect(new Set(gates.map(({ verdict }) => verdict))).toEqual(new Set(['not measured']))
  expect(gateTable(gates)).toContain('not measured')
})
