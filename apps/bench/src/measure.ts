import { withClient } from '@todo/testing'
import {
  CALLS,
  type Scale,
  WRITES,
  type WorkloadName,
  completable,
  farFrom,
  startGenerator,
  tokenOf,
} from '@todo/load'
import type { Target } from './targets.ts'
import { type ServerProcess, cpuSeconds, memoryMiB } from './processes.ts'

export const CONNECTIONS = 32
// Argon2 keeps a core busy with one: more would wait, and ours refuses whom it would keep waiting for long.
const LOG_IN_CONNECTIONS = 8

/** What one target did with one workload in one round. */
export type Sample = {
  target: string
  workload: WorkloadName
  round: number
  requestsPerSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Microseconds of the server and of Postgres; undefined where the machine does not tell. */
  serverCpu: number | undefined
  postgresCpu: number | undefined
  memoryMiB: number | undefined
}

export type Plan = {
  scale: Scale
  rounds: number
  /** Of workloads that write: what Postgres does beside them makes their rounds differ most. */
  writeRounds: number
  seconds: number
  /** Of the mix, for each program before anything is measured: compilers take their time. Its targets share it. */
  warmUpSeconds: number
  /** Of each workload before its rounds; 0: none. */
  settleSeconds: number
  /**
   * Of a round at most, where they are counted instead of timed: `complete` needs a todo for each, a log-in takes long.
   * No more than a target answers in a round's time, as the others have nothing to do meanwhile: after some seconds of that
   * V8 gives memory back, and has to grow again in a round.
   */
  requests: Partial<Record<WorkloadName, number>>
  workloads: WorkloadName[]
  targets: Target[]
}

type Running = {
  servers: Map<string, ServerProcess>
  postgresPid: number
  /** Of the database, to see there what was written. */
  url: string
  jwtSecret: string
  onStep: (text: string) => void
}

/** How many steps `measure` reports. */
export const stepsOf = (plan: Plan) =>
  plan.workloads.reduce(
    (sum, workload) => sum + targetsFor(workload, plan.targets).length * (roundsOf(workload, plan) + 1),
    plan.targets.length,
  )

const roundsOf = (workload: WorkloadName, { rounds, writeRounds }: Plan) =>
  WRITES.includes(workload) ? writeRounds : rounds

function targetsFor(workload: WorkloadName, targets: Target[]): Target[] {
  // REST has no batches.
  if (workload === 'batch') return targets.filter(({ protocol }) => protocol === 'rpc')
  if (isOfPages(workload)) return targets.filter(({ name }) => name === 'floor' || name === 'ours-rest')
  return targets
}

const isOfPages = (workload: WorkloadName) => workload.includes('page')

/** What takes turns in a round: the targets, and with them the workloads that are compared with each other. */
function turnsOf({ workloads, targets }: Plan): { workload: WorkloadName; target: Target }[][] {
  const groups = Map.groupBy(workloads, (workload) => (isOfPages(workload) ? 'pages' : workload))
  return [...groups.values()].map((group) =>
    group.flatMap((workload) => targetsFor(workload, targets).map((target) => ({ workload, target }))),
  )
}

/** Rounds of all targets in turn (A B C A B C …), after one that only warms up. @throws when an answer is wrong */
export async function measure(plan: Plan, running: Running): Promise<Sample[]> {
  const generator = await startGenerator()
  const samples: Sample[] = []
  const numbers = new Map<WorkloadName, number>()
  const cursors = new Map<string, string>()
  /** Requests per second, by target and workload, of the round before. */
  const rates = new Map<string, number>()
  try {
    for (const target of plan.targets) {
      running.onStep(`warming up, ${target.name}`)
      // What a program loads when it is used first, as Prisma's compiler, makes V8 throw code away that it has made already.
      await measureOnce({ target, workload: 'log in', number: 0, seconds: 0.1 })
      const seconds =
        plan.warmUpSeconds / plan.targets.filter(({ program }) => program === target.program).length
      await measureOnce({ target, workload: 'mix', number: 0, seconds })
    }
    for (const turns of turnsOf(plan)) {
      const rounds = Math.max(...turns.map(({ workload }) => roundsOf(workload, plan)))
      for (let round = 0; round <= rounds; round += 1) {
        for (const { workload, target } of turns) {
          running.onStep(`${workload}, ${target.name}`)
          const number = numbers.get(workload) ?? 0
          numbers.set(workload, number + 1)
          const seconds = round === 0 ? plan.settleSeconds : plan.seconds
          if (seconds === 0) continue
          const sample = await measureOnce({ target, workload, number, seconds })
          // While it warms up, a stack may take longer for its first answer than that lasts.
          if (round === 0) continue
          if (!sample) throw new Error(`${target.name}, ${workload}: no answer in time`)
          samples.push({ ...sample, round })
        }
      }
    }
  } finally {
    generator.stop()
  }
  return samples

  async function cursorOf(target: Target, port: number): Promise<string> {
    const { scale } = plan
    const token = tokenOf(running.jwtSecret, scale.owners)
    const known = cursors.get(target.name) ?? (await walk(target, { port, token, todos: farFrom(scale) }))
    cursors.set(target.name, known)
    return known
  }

  async function measureOnce(step: {
    target: Target
    workload: WorkloadName
    number: number
    seconds: number
  }): Promise<Omit<Sample, 'round'> | undefined> {
    const { target, workload, number, seconds } = step
    const server = running.servers.get(target.program)
    if (!server) throw new Error(`${target.program} does not run`)
    const cursor = workload === 'far page of many' ? await cursorOf(target, server.port) : undefined
    const connections = workload === 'log in' ? LOG_IN_CONNECTIONS : CONNECTIONS
    const counted = plan.requests[workload]
    const pair = `${target.name} ${workload}`
    const answerable = (rates.get(pair) ?? Infinity) * seconds
    const rounds = plan.targets.length * (roundsOf(workload, plan) + 1)
    // Each connection may have one more ready than it sends.
    const available =
      workload === 'complete' ? Math.floor(completable(plan.scale) / rounds) - connections : Infinity
    const logged = WRITES.includes(workload) ? await changesIn(running.url) : undefined
    const before = [cpuSeconds(server.pid), cpuSeconds(running.postgresPid)]
    const outcome = await generator.run({
      protocol: target.protocol,
      port: server.port,
      workload,
      scale: plan.scale,
      jwtSecret: running.jwtSecret,
      connections,
      number,
      cursor,
      rounds,
      ...(counted === undefined
        ? { seconds }
        : {
            requests: Math.max(
              connections,
              Math.ceil(Math.min((counted * seconds) / plan.seconds, answerable, available)),
            ),
          }),
    })
    if (outcome.wrong > 0) {
      throw new Error(
        `${target.name}, ${workload}: ${outcome.wrong} of ${outcome.requests} answers are wrong: ${outcome.firstWrong}`,
      )
    }
    if (logged !== undefined) {
      const missing = logged + outcome.requests - (await changesIn(running.url))
      if (missing > 0)
        throw new Error(`${target.name}, ${workload}: ${missing} writes are not in the log of changes`)
    }
    if (outcome.requests === 0) return undefined
    const requestsPerSecond = outcome.requests / outcome.seconds
    rates.set(pair, requestsPerSecond)
    const each = (now: number | undefined, then: number | undefined) =>
      now === undefined || then === undefined ? undefined : ((now - then) / outcome.requests) * 1e6
    return {
      target: target.name,
      workload,
      requestsPerSecond,
      p50: outcome.p50,
      p99: outcome.p99,
      serverCpu: each(cpuSeconds(server.pid), before[0]),
      postgresCpu: each(cpuSeconds(running.postgresPid), before[1]),
      memoryMiB: memoryMiB(server.pid),
    }
  }
}

const changesIn = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM changes')
    return rows[0]?.count ?? 0
  })

/** A cursor is opaque: the way to a far page leads over those before it. */
async function walk(
  target: Target,
  { port, token, todos }: { port: number; token: string; todos: number },
): Promise<string> {
  let cursor: string | undefined
  for (let seen = 0; seen < todos;) {
    const limit = Math.min(100, todos - seen)
    const { path } = CALLS[target.protocol].list({ limit, ...(cursor !== undefined && { cursor }) })
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const page = CALLS[target.protocol].answerOf(await response.text()) as { nextCursor: string }
    cursor = page.nextCursor
    seen += limit
  }
  return cursor ?? ''
}
