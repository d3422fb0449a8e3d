import { withClient } from '@todo/db/testing'
import { join } from 'node:path'
import { CALLS } from './calls.ts'
import type { Door } from './doors.ts'
import type { Scale } from './fixture.ts'
import type { Job, Outcome } from './generator.ts'
import { CORES, type ServerProcess, cpuSeconds, memoryMiB, startWorker } from './processes.ts'
import { tokenOf } from './token.ts'
import { WRITES, type WorkloadName, completable, farFrom } from './workloads.ts'

export const CONNECTIONS = 32
// Argon2 keeps a core busy with one: more would wait, and ours refuses whom it would keep waiting for long.
const LOG_IN_CONNECTIONS = 8

/** What one door did with one workload in one round. */
export type Sample = {
  door: string
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
  /** Of the mix, for each program before anything is measured: compilers take their time. Its doors share it. */
  warmUpSeconds: number
  /** Of each workload before its rounds; 0: none. */
  settleSeconds: number
  /**
   * Of a round at most, where they are counted instead of timed: `complete` needs a todo for each, a log-in takes long.
   * No more than a door answers in a round's time, as the others have nothing to do meanwhile: after some seconds of that
   * V8 gives memory back, and has to grow again in a round.
   */
  requests: Partial<Record<WorkloadName, number>>
  workloads: WorkloadName[]
  doors: Door[]
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
    (sum, workload) => sum + doorsFor(workload, plan.doors).length * (roundsOf(workload, plan) + 1),
    plan.doors.length,
  )

const roundsOf = (workload: WorkloadName, { rounds, writeRounds }: Plan) =>
  WRITES.includes(workload) ? writeRounds : rounds

function doorsFor(workload: WorkloadName, doors: Door[]): Door[] {
  // REST has no batches.
  if (workload === 'batch') return doors.filter(({ protocol }) => protocol === 'rpc')
  if (isOfPages(workload)) return doors.filter(({ name }) => name === 'floor' || name === 'ours-rest')
  return doors
}

const isOfPages = (workload: WorkloadName) => workload.includes('page')

/** What takes turns in a round: the doors, and with them the workloads that are compared with each other. */
function turnsOf({ workloads, doors }: Plan): { workload: WorkloadName; door: Door }[][] {
  const groups = Map.groupBy(workloads, (workload) => (isOfPages(workload) ? 'pages' : workload))
  return [...groups.values()].map((group) =>
    group.flatMap((workload) => doorsFor(workload, doors).map((door) => ({ workload, door }))),
  )
}

/** Rounds of all doors in turn (A B C A B C …), after one that only warms up. @throws when an answer is wrong */
export async function measure(plan: Plan, running: Running): Promise<Sample[]> {
  const generator = await startWorker<Job, Outcome>(
    join(import.meta.dirname, 'generator.ts'),
    CORES?.generator,
  )
  const samples: Sample[] = []
  const numbers = new Map<WorkloadName, number>()
  const cursors = new Map<string, string>()
  /** Requests per second, by door and workload, of the round before. */
  const rates = new Map<string, number>()
  try {
    for (const door of plan.doors) {
      running.onStep(`warming up, ${door.name}`)
      // What a program loads when it is used first, as Prisma's compiler, makes V8 throw code away that it has made already.
      await measureOnce({ door, workload: 'log in', number: 0, seconds: 0.1 })
      const seconds = plan.warmUpSeconds / plan.doors.filter(({ program }) => program === door.program).length
      await measureOnce({ door, workload: 'mix', number: 0, seconds })
    }
    for (const turns of turnsOf(plan)) {
      const rounds = Math.max(...turns.map(({ workload }) => roundsOf(workload, plan)))
      for (let round = 0; round <= rounds; round += 1) {
        for (const { workload, door } of turns) {
          running.onStep(`${workload}, ${door.name}`)
          const number = numbers.get(workload) ?? 0
          numbers.set(workload, number + 1)
          const seconds = round === 0 ? plan.settleSeconds : plan.seconds
          if (seconds === 0) continue
          const sample = await measureOnce({ door, workload, number, seconds })
          // While it warms up, a stack may take longer for its first answer than that lasts.
          if (round === 0) continue
          if (!sample) throw new Error(`${door.name}, ${workload}: no answer in time`)
          samples.push({ ...sample, round })
        }
      }
    }
  } finally {
    generator.stop()
  }
  return samples

  async function cursorOf(door: Door, port: number): Promise<string> {
    const { scale } = plan
    const token = tokenOf(running.jwtSecret, scale.owners)
    const known = cursors.get(door.name) ?? (await walk(door, { port, token, todos: farFrom(scale) }))
    cursors.set(door.name, known)
    return known
  }

  async function measureOnce(step: {
    door: Door
    workload: WorkloadName
    number: number
    seconds: number
  }): Promise<Omit<Sample, 'round'> | undefined> {
    const { door, workload, number, seconds } = step
    const server = running.servers.get(door.program)
    if (!server) throw new Error(`${door.program} does not run`)
    const cursor = workload === 'far page of many' ? await cursorOf(door, server.port) : undefined
    const connections = workload === 'log in' ? LOG_IN_CONNECTIONS : CONNECTIONS
    const counted = plan.requests[workload]
    const pair = `${door.name} ${workload}`
    const answerable = (rates.get(pair) ?? Infinity) * seconds
    const rounds = plan.doors.length * (roundsOf(workload, plan) + 1)
    // Each connection may have one more ready than it sends.
    const available =
      workload === 'complete' ? Math.floor(completable(plan.scale) / rounds) - connections : Infinity
    const logged = WRITES.includes(workload) ? await changesIn(running.url) : undefined
    const before = [cpuSeconds(server.pid), cpuSeconds(running.postgresPid)]
    const outcome = await generator.run({
      door,
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
        `${door.name}, ${workload}: ${outcome.wrong} of ${outcome.requests} answers are wrong: ${outcome.firstWrong}`,
      )
    }
    if (logged !== undefined) {
      const missing = logged + outcome.requests - (await changesIn(running.url))
      if (missing > 0)
        throw new Error(`${door.name}, ${workload}: ${missing} writes are not in the log of changes`)
    }
    if (outcome.requests === 0) return undefined
    const requestsPerSecond = outcome.requests / outcome.seconds
    rates.set(pair, requestsPerSecond)
    const each = (now: number | undefined, then: number | undefined) =>
      now === undefined || then === undefined ? undefined : ((now - then) / outcome.requests) * 1e6
    return {
      door: door.name,
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
  door: Door,
  { port, token, todos }: { port: number; token: string; todos: number },
): Promise<string> {
  let cursor: string | undefined
  for (let seen = 0; seen < todos;) {
    const limit = Math.min(100, todos - seen)
    const { path } = CALLS[door.protocol].list({ limit, ...(cursor !== undefined && { cursor }) })
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const page = CALLS[door.protocol].answerOf(await response.text()) as { nextCursor: string }
    cursor = page.nextCursor
    seen += limit
  }
  return cursor ?? ''
}
