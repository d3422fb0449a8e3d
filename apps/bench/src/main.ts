// pnpm bench [--quick] [--targets floor,ours-rest] [--workloads get,list] [--rounds 5] [--out folder]
import { freePort } from '@todo/testing'
import { ALL_WORKLOADS, CORES, FULL, QUICK, type WorkloadName, pin } from '@todo/load'
import { SingleBar } from 'cli-progress'
import { randomBytes } from 'node:crypto'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { charts } from './charts.ts'
import { gatesOfSoak, soak } from './container.ts'
import { TARGETS, PROGRAMS, targetNamed } from './targets.ts'
import { type Gate, gatesOf } from './gates.ts'
import { CONNECTIONS, type Plan, measure, stepsOf } from './measure.ts'
import { startPostgres } from './postgres.ts'
import { type ServerProcess, startServer, wakeUpPolitely } from './processes.ts'
import { gateTable, machine, tables } from './report.ts'
import { summarise } from './statistics.ts'
import { copyDatabase, seed } from './template.ts'
import { startTimes } from './start-time.ts'

const ROOT = join(import.meta.dirname, '..')
const LOGS = join(ROOT, '../../.data/bench-logs')
const SOAK_SLICES = 30
const QUICK_REQUESTS = { ...Object.fromEntries(ALL_WORKLOADS.map((name) => [name, 64])), 'log in': 8 }

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    targets: { type: 'string' },
    workloads: { type: 'string' },
    rounds: { type: 'string' },
    out: { type: 'string', default: join(ROOT, '../../.data/bench-results') },
  },
})
const { quick } = flags
const isWhole = flags.targets === undefined && flags.workloads === undefined
const plan: Plan = {
  scale: quick ? QUICK : FULL,
  // Many short rounds: what disturbs a machine that others share lasts a second or two.
  rounds: Number(flags.rounds ?? (quick ? 1 : 15)),
  writeRounds: Number(flags.rounds ?? (quick ? 1 : 25)),
  seconds: quick ? 0.3 : 0.5,
  warmUpSeconds: quick ? 1.2 : 16,
  settleSeconds: quick ? 0 : 0.5,
  // The quick run checks answers, however long they take.
  requests: quick ? QUICK_REQUESTS : { complete: 960, 'log in': 16 },
  workloads: (flags.workloads?.split(',') as WorkloadName[] | undefined) ?? ALL_WORKLOADS,
  targets: flags.targets?.split(',').map(targetNamed) ?? [...TARGETS],
}
const jwtSecret = randomBytes(48).toString('base64')
mkdirSync(LOGS, { recursive: true })
mkdirSync(flags.out, { recursive: true })

await using opened = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void opened.disposeAsync().then(() => process.exit(1)))
}
console.log(`${machine()}\nPostgres is starting; rows are made once …`)
const postgres = await startPostgres(plan.scale)
opened.defer(postgres.stop)
const url = await copyDatabase(postgres.url, await seed(postgres.url, plan.scale))
const postgresPid = Number(readFileSync(join(postgres.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
await pin(postgresPid, CORES?.postgres)
await wakeUpPolitely(postgresPid)

const env = {
  DATABASE_URL: url,
  JWT_SECRET: jwtSecret,
  DATABASE_POOL_SIZE: '10',
  POOL_SIZE: '10',
  HOST: '127.0.0.1',
}
// No balancer has to look elsewhere first; the container stops as in production.
const undrained = { ...env, SHUTDOWN_DRAIN_MS: '0' }
const bundle = join(ROOT, PROGRAMS.ours)
const bar = new SingleBar({
  format: '{bar} {percentage} % | {duration_formatted} | {step}',
  noTTYOutput: true,
})
const withContainer = isWhole && !quick
const starts = isWhole ? (quick ? 1 : 5) : 0
bar.start(stepsOf(plan) + 2 * starts + (withContainer ? SOAK_SLICES : 0), 0, { step: 'starting servers' })
const onStep = (step: string) => bar.increment(1, { step })

const samples = await measureAll()
const started = isWhole ? await startTimes({ bundle, env: undrained, times: starts, onStep, opened }) : []
const soaked = withContainer
  ? await soak({
      bundle,
      env,
      scale: plan.scale,
      jwtSecret,
      slices: SOAK_SLICES,
      sliceSeconds: 10,
      onStep,
      opened,
    })
  : undefined
bar.stop()

const summaries = summarise(samples)
const gates: Gate[] = [...gatesOf(samples), ...started, ...gatesOfSoak(soaked)]
const { owners, bigTodos } = plan.scale
const report = [
  `${new Date().toISOString().slice(0, 10)}, ${machine()}.`,
  `Medians of ${plan.rounds} interleaved rounds (writes: ${plan.writeRounds}), and of the ratios within them, ${CONNECTIONS} connections, ${owners} owners of 100 todos and one of ${bigTodos}.`,
  gateTable(gates),
  tables(samples, plan),
].join('\n\n')
console.log(`\n${report}`)
const result = {
  at: new Date().toISOString(),
  machine: machine(),
  plan,
  summaries: Object.fromEntries(summaries),
  gates,
  soak: soaked,
}
const save = (name: string, text: string) => writeFileSync(join(flags.out, name), `${text}\n`)
save('report.md', `# The last run of \`pnpm bench\`\n\n${report}`)
save('report.json', JSON.stringify(result, null, 2))
save('samples.json', JSON.stringify(samples))
for (const [name, svg] of await charts(summaries, plan)) save(name, svg)

async function measureAll() {
  await using running = opened.use(new AsyncDisposableStack())
  const servers = new Map<string, ServerProcess>()
  for (const program of new Set(plan.targets.map((target) => target.program))) {
    const server = await startServer(join(ROOT, PROGRAMS[program]), {
      port: await freePort(),
      env: undrained,
      cores: CORES?.server,
      output: openSync(join(LOGS, `${program}.log`), 'w'),
    })
    running.defer(server.stop)
    servers.set(program, server)
  }
  // Awaited: the servers run until then.
  return await measure(plan, { servers, postgresPid, url, jwtSecret, onStep })
}
