import { pidOf } from '@todo/embedded-postgres'
import { freePort } from '@todo/testing'
import { CORES } from '@todo/load'
import { SingleBar } from 'cli-progress'
import { randomBytes } from 'node:crypto'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { runInContainer } from './container.ts'
import { createDatabase, startPostgres } from './database.ts'
import { gatesOf } from './gates.ts'
import { measure, stepsOf } from './measure.ts'
import { DATA, type Options } from './options.ts'
import { type ServerProcess, pinPostgres, startServer } from './processes.ts'
import { machine, writeReport } from './report.ts'
import { PROGRAMS } from './targets.ts'

const ROOT = join(import.meta.dirname, '..')
const LOGS = join(DATA, 'bench-logs')
// While the others have their turn a server is idle. V8 would then shrink its heap and discard compiled code, and the next
// turn would measure how both come back.
const AS_UNDER_LOAD = ['--no-memory-reducer']

/** @returns whether no gate was missed */
export async function bench(options: Options, opened: AsyncDisposableStack): Promise<boolean> {
  const { plan, starts, slices } = options
  mkdirSync(LOGS, { recursive: true })
  console.log(machine())
  console.log('Starting Postgres. The first run also seeds the rows, which takes about a minute.')
  const postgres = await startPostgres(plan.scale)
  opened.defer(postgres.stop)
  const postgresPid = await pidOf(postgres.dataDir)
  if (postgresPid === undefined) throw new Error('Postgres has stopped.')
  await pinPostgres(postgresPid)
  const databaseUrl = await createDatabase(postgres.url, plan.scale)

  const bar = new SingleBar({
    format: '{bar} {percentage} % | {duration_formatted} | {step}',
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  })
  bar.start(stepsOf(plan) + starts + slices, 0, { step: 'starting the servers' })
  opened.defer(() => bar.stop())
  const onStep = (step: string) => bar.increment(1, { step })

  const jwtSecret = randomBytes(48).toString('base64')
  const env = {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    HOST: '127.0.0.1',
    DATABASE_POOL_SIZE: '10',
    POOL_SIZE: '10',
  }
  const startProgram = async (program: keyof typeof PROGRAMS, path = '/health') => {
    const log = openSync(join(LOGS, `${program}.log`), 'w')
    return startServer({
      command: [process.execPath, ...AS_UNDER_LOAD, join(ROOT, PROGRAMS[program])],
      port: await freePort(),
      // No load balancer has to notice that this server stops.
      env: { ...env, SHUTDOWN_DRAIN_MS: '0' },
      cores: CORES?.server,
      stdio: ['ignore', log, log],
      path,
    })
  }

  const servers = new Map<string, ServerProcess>()
  for (const program of new Set(plan.targets.map((target) => target.program))) {
    const server = await startProgram(program)
    opened.defer(server.stop)
    servers.set(program, server)
  }
  const samples = await measure(plan, { servers, postgresPid, databaseUrl, jwtSecret, onStep })
  await Promise.all([...servers.values()].map((server) => server.stop()))

  const startSeconds: number[] = []
  for (let start = 0; start < starts; start += 1) {
    onStep('starting our server on one core')
    const from = performance.now()
    const server = await startProgram('ours', '/health/ready')
    startSeconds.push((performance.now() - from) / 1000)
    await server.stop()
  }

  const bundle = join(ROOT, PROGRAMS.ours)
  const container =
    slices > 0
      ? await runInContainer({ bundle, env, scale: plan.scale, jwtSecret, slices, onStep, folder: LOGS })
      : undefined
  bar.stop()

  const gates = options.isQuick ? [] : gatesOf({ samples, startSeconds, container })
  await writeReport(options, { samples, container, gates })
  return gates.every(({ verdict }) => verdict !== 'MISSED')
}
