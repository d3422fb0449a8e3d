import { createTestDatabase } from '@todo/db/testing'
import { freePort, withClient } from '@todo/testing'
import { ALL_WORKLOADS, fill, startGenerator } from '@todo/load'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { charts } from './charts.ts'
import { targetNamed } from './targets.ts'
import { gatesOf } from './gates.ts'
import { type Plan, type Sample, measure, stepsOf } from './measure.ts'
import { type ServerProcess, startServer } from './processes.ts'
import { gateTable, tables } from './report.ts'
import { summarise } from './statistics.ts'

const jwtSecret = 'a secret of the bench, of more than 32 bytes'
const plan: Plan = {
  scale: { owners: 8, bigTodos: 2_000 },
  rounds: 1,
  writeRounds: 1,
  seconds: 1,
  warmUpSeconds: 1,
  settleSeconds: 0,
  // Other tests may have the cores: nothing is timed.
  requests: Object.fromEntries(ALL_WORKLOADS.map((workload) => [workload, 32])),
  workloads: ALL_WORKLOADS,
  targets: [targetNamed('ours-rest'), targetNamed('ours-rpc')],
}

const opened = new AsyncDisposableStack()
let url: string
let server: ServerProcess

beforeAll(async () => {
  ;({ url } = opened.use(await createTestDatabase(inject('testServerUrl'))))
  await withClient(url, (client) => fill(client, plan.scale))
  server = await startServer(join(import.meta.dirname, '../../server/src/main.ts'), {
    port: await freePort(),
    env: { DATABASE_URL: url, JWT_SECRET: jwtSecret, HOST: '127.0.0.1', SHUTDOWN_DRAIN_MS: '0' },
    output: openSync(devNull, 'w'),
  })
  opened.defer(server.stop)
}, 60_000)
afterAll(() => opened.disposeAsync())

let steps = 0
const run = (part: Partial<Plan> = {}) =>
  measure(
    { ...plan, ...part },
    {
      servers: new Map([['ours', server]]),
      postgresPid: process.pid,
      url,
      jwtSecret,
      onStep: () => (steps += 1),
    },
  )

test('every workload is answered right by both targets, and reported', async () => {
  const samples = await run()
  expect(steps).toBeLessThanOrEqual(stepsOf(plan))
  expect(new Set(samples.map(({ workload }) => workload))).toEqual(new Set(ALL_WORKLOADS))
  expect(new Set(samples.map(({ target }) => target))).toEqual(new Set(['ours-rest', 'ours-rpc']))
  for (const sample of samples) {
    expect(sample.requestsPerSecond).toBeGreaterThan(0)
    expect(sample.p50).toBeGreaterThan(0)
    expect(sample.p99).toBeGreaterThanOrEqual(sample.p50)
  }
  const summaries = summarise(samples)
  expect(tables(samples, plan)).toContain('### far page of many')
  const svgs = await charts(summaries, plan)
  for (const svg of svgs.values()) expect(svg).toMatch(/^<svg[^]*ours-rpc[^]*<\/svg>$/)
}, 120_000)

test('a write that is answered and not logged ends the run', async () => {
  await withClient(url, (client) =>
    client.query(`
      CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER forget BEFORE INSERT ON changes FOR EACH ROW EXECUTE FUNCTION forget()`),
  )
  const written = run({ workloads: ['create'], requests: { create: 32 }, warmUpSeconds: 0.2 })
  await expect(written).rejects.toThrow('ours-rest, create: 32 writes are not in the log of changes')
  await withClient(url, (client) => client.query('DROP TRIGGER forget ON changes'))
}, 60_000)

test('an answer that is not as it was seeded ends the run', async () => {
  await withClient(url, (client) => client.query("UPDATE todos SET title = 'x' WHERE priority = 2"))
  await expect(run({ workloads: ['list'] })).rejects.toThrow(
    /ours-rest, (mix|list): \d+ of \d+ answers are wrong: 200/,
  )
}, 60_000)

const sampleOf = (target: string, requestsPerSecond: number, round = 1): Sample => ({
  target,
  workload: 'get',
  round,
  requestsPerSecond,
  p50: 1,
  p99: 1,
  serverCpu: undefined,
  postgresCpu: undefined,
  memoryMiB: undefined,
})

test('a generator that ends ends the bench, which does not wait for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'todo-bench-'))
  opened.defer(async () => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ends.mjs')
  writeFileSync(file, "process.on('message', () => process.exit(3))")
  const worker = await startGenerator(file)
  await expect(worker.run({} as never)).rejects.toThrow('ends.mjs exited with code 3')
  worker.stop()
})

test('a ratio is of the rounds, not of their medians: a slow while strikes both', () => {
  const rounds = [100, 50, 10].flatMap((rate, round) =>
    [
      ['floor', rate],
      ['ours-rest', round === 0 ? rate : rate * 0.9],
    ].map(([target, value]) => sampleOf(String(target), Number(value), round)),
  )
  expect(gatesOf(rounds)[0]?.value).toBeCloseTo(0.9)
})

test('a gate is reached from its ratio on, and one without figures is not', () => {
  const of = (ours: number) => gatesOf([sampleOf('floor', 100), sampleOf('ours-rest', ours)])[0]
  expect(of(80)).toMatchObject({ what: 'ours-rest / floor, get', value: 0.8, isReached: true })
  expect(of(79)).toMatchObject({ isReached: false })
  const missed = gatesOf([])[0]
  expect(missed).toMatchObject({ value: undefined, isReached: false })
  expect(gateTable(missed ? [missed] : [])).toContain('not measured')
})
