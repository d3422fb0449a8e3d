import { withClient } from '@todo/testing'
import {
  CALLS,
  type Generator,
  type Scale,
  WRITES,
  type WorkloadName,
  farFrom,
  startGenerator,
  tokenOf,
} from '@todo/load'
import type { ServerProcess } from './processes.ts'
import { type Target, runsOn } from './targets.ts'
import { cpuSeconds, memoryMiB } from './usage.ts'

export const CONNECTIONS = 32
// A password check takes a core for tens of milliseconds, and ours answers 503 if too many of them wait.
const LOG_IN_CONNECTIONS = 8

export type Plan = {
  scale: Scale
  rounds: number
  /** The length of a turn, and of one of writes: Postgres bounds them, so that a second has few. */
  seconds: number
  writeSeconds: number
  /** The time before a turn in which nothing is measured: the processor's caches still hold the code of other targets. */
  rampUpSeconds: number
  /** The requests of a turn, for workloads that count requests instead of seconds. */
  requests: Partial<Record<WorkloadName, number>>
  /** What each target runs before the first round, and for how many seconds, so that its code is loaded and compiled. */
  warmUp: [WorkloadName, number][]
  workloads: WorkloadName[]
  targets: readonly Target[]
}

/** The result of a turn: one target, one workload, one round. */
export type Sample = {
  target: string
  workload: WorkloadName
  round: number
  requestsPerSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Microseconds per request; undefined without /proc. */
  serverCpu: number | undefined
  postgresCpu: number | undefined
  memoryMiB: number | undefined
}

type Environment = {
  servers: Map<string, ServerProcess>
  postgresPid: number
  databaseUrl: string
  jwtSecret: string
  onStep: (text: string) => void
}

type Length = { seconds: number } | { requests: number }
type Turn = { target: Target; workload: WorkloadName; length: Length }

/** The turns of a workload in one round: targets alternate, so that a slow moment of the machine hits all of them. */
function turnsOf(workload: WorkloadName, plan: Plan): Turn[] {
  const length = lengthOf(workload, plan)
  return plan.targets
    .filter((target) => runsOn(workload, target))
    .map((target) => ({ target, workload, length }))
}

function lengthOf(workload: WorkloadName, { requests, seconds, writeSeconds }: Plan): Length {
  const counted = requests[workload]
  if (counted) return { requests: counted }
  return { seconds: WRITES.includes(workload) ? writeSeconds : seconds }
}

/** Rounds of each workload before those that count, so that compilers get used to it. */
const uncounted = ({ warmUp }: Plan) => Math.min(warmUp.length, 1)

/** How often `measure` calls `onStep`. */
export const stepsOf = (plan: Plan) =>
  plan.targets.length +
  (plan.rounds + uncounted(plan)) * plan.workloads.flatMap((workload) => turnsOf(workload, plan)).length

/** @throws if an answer is incorrect or a write is missing in the change log */
export async function measure(plan: Plan, environment: Environment): Promise<Sample[]> {
  const generator = await startGenerator()
  try {
    const cursor = plan.workloads.includes('far page of many')
      ? await farCursor(plan, environment)
      : undefined
    return await runRounds(plan, { ...environment, generator, cursor })
  } finally {
    generator.stop()
  }
}

type Running = Environment & { generator: Generator; cursor: string | undefined }

async function runRounds(plan: Plan, running: Running): Promise<Sample[]> {
  for (const target of plan.targets) {
    running.onStep(`warming up, ${target.name}`)
    for (const [workload, seconds] of plan.warmUp) {
      await runTurn(plan, running, { target, workload, length: { seconds } })
    }
  }
  const samples: Sample[] = []
  for (const workload of plan.workloads) {
    for (let round = 1 - uncounted(plan); round <= plan.rounds; round += 1) {
      for (const turn of turnsOf(workload, plan)) {
        running.onStep(`${workload}, round ${round}, ${turn.target.name}`)
        const sample = await runTurn(plan, running, turn)
        if (round > 0) samples.push({ ...sample, round })
      }
    }
  }
  return samples
}

async function runTurn(plan: Plan, running: Running, turn: Turn): Promise<Omit<Sample, 'round'>> {
  const { target, workload, length } = turn
  const { servers, postgresPid, databaseUrl, jwtSecret, generator, cursor } = running
  const server = servers.get(target.program)
  if (!server) throw new Error(`${target.program} is not running.`)
  const connections = workload === 'log in' ? LOG_IN_CONNECTIONS : CONNECTIONS
  const job = {
    protocol: target.protocol,
    port: server.port,
    workload,
    scale: plan.scale,
    jwtSecret,
    connections,
    cursor,
  }
  const isWrite = WRITES.includes(workload)
  if (plan.rampUpSeconds > 0) await generator.run({ ...job, seconds: plan.rampUpSeconds })
  const changesBefore = isWrite ? await countChanges(databaseUrl) : 0
  const before = { server: cpuSeconds(server.pid), postgres: cpuSeconds(postgresPid) }
  const first = await generator.run({ ...job, ...length })
  // On a busy machine, a slow stack may not answer within a turn.
  const isUnanswered = first.requests === 0 && first.wrong === 0
  const outcome = isUnanswered ? await generator.run({ ...job, requests: connections }) : first
  const after = { server: cpuSeconds(server.pid), postgres: cpuSeconds(postgresPid) }
  const at = `${target.name}, ${workload}:`
  if (outcome.wrong > 0) {
    throw new Error(
      `${at} ${outcome.wrong} of ${outcome.requests} answers are incorrect: ${outcome.firstWrong}`,
    )
  }
  const missing = isWrite ? changesBefore + outcome.requests - (await countChanges(databaseUrl)) : 0
  if (missing > 0) throw new Error(`${at} ${missing} writes are missing in the change log.`)

  const microseconds = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : ((to - from) / outcome.requests) * 1e6
  return {
    target: target.name,
    workload,
    requestsPerSecond: outcome.requests / outcome.seconds,
    p50: outcome.p50,
    p99: outcome.p99,
    serverCpu: microseconds(before.server, after.server),
    postgresCpu: microseconds(before.postgres, after.postgres),
    memoryMiB: memoryMiB(server.pid),
  }
}

const countChanges = (databaseUrl: string) =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM changes')
    return rows[0]?.count ?? 0
  })

/** A cursor is opaque, so the only way to a far page is through the pages before it. */
async function farCursor({ scale }: Plan, { servers, jwtSecret }: Environment): Promise<string | undefined> {
  const { list, answerOf } = CALLS.rest
  const headers = { authorization: `Bearer ${tokenOf(jwtSecret, scale.owners)}` }
  const origin = `http://127.0.0.1:${servers.get('ours')?.port}`
  let cursor: string | undefined
  for (let left = farFrom(scale); left > 0; left -= 100) {
    const { path } = list({ limit: Math.min(100, left), ...(cursor !== undefined && { cursor }) })
    const response = await fetch(`${origin}${path}`, { headers })
    cursor = (answerOf(await response.text()) as { nextCursor: string }).nextCursor
  }
  return cursor
}
