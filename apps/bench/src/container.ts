import { freePort } from '@todo/testing'
import { type Scale, startGenerator, stopUnderLoad, tokenOf } from '@todo/load'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCgroup } from './cgroup.ts'
import { type Gate, gate } from './gates.ts'
import { answers } from './processes.ts'
import { median } from './statistics.ts'

/** Limits of the container in the architecture document. */
const LIMITS = { memoryMiB: 128, cpus: 0.2 }
const CONNECTIONS = 64
const MIB = 1024 * 1024

export type Soak = {
  readyMs: number
  /** Per slice of the soak. */
  slices: {
    requestsPerSecond: number
    p99: number
    anonymousMiB: number
    majorFaultsPerSecond: number
    wrong: number
  }[]
  kills: number
  stopMs: number
  lost: number
}

type SoakOptions = {
  bundle: string
  env: Record<string, string>
  scale: Scale
  jwtSecret: string
  slices: number
  sliceSeconds: number
  onStep: (text: string) => void
  /** Ended with the bench, when a signal ends that. */
  opened: AsyncDisposableStack
}

/** The production bundle in the limits of its container. undefined where there are no control groups for us. */
export async function soak(options: SoakOptions): Promise<Soak | undefined> {
  const group = makeCgroup('todo-bench', LIMITS)
  if (!group) return undefined
  // A program of its own: pages of a file are charged to the group that read them first.
  const node = join(tmpdir(), `todo-bench-node-${process.pid}`)
  copyFileSync(process.execPath, node)
  const port = await freePort()
  const { scale, jwtSecret } = options
  const generator = await startGenerator()
  const started = performance.now()
  const child = spawn('sh', ['-c', `${group.enter} && exec "$0" "$1"`, node, options.bundle], {
    env: { ...options.env, PORT: String(port), NODE_ENV: 'production' },
    stdio: 'ignore',
  })
  options.opened.defer(() => void child.kill('SIGKILL'))
  try {
    await answers(`http://127.0.0.1:${port}/health/ready`, child)
    const readyMs = performance.now() - started
    const slices: Soak['slices'] = []
    for (let slice = 0; slice < options.slices; slice += 1) {
      options.onStep(`in ${LIMITS.memoryMiB} MiB and ${LIMITS.cpus} CPU`)
      const faults = group.majorFaults()
      const outcome = await generator.run({
        protocol: 'rest',
        workload: 'mix',
        port,
        scale,
        jwtSecret,
        connections: CONNECTIONS,
        number: 0,
        rounds: 1,
        cursor: undefined,
        seconds: options.sliceSeconds,
      })
      slices.push({
        requestsPerSecond: outcome.requests / outcome.seconds,
        p99: outcome.p99,
        anonymousMiB: group.anonymous() / MIB,
        majorFaultsPerSecond: (group.majorFaults() - faults) / outcome.seconds,
        wrong: outcome.wrong,
      })
    }
    const { stopMs, lost } = await stopUnderLoad({
      port,
      headers: { authorization: `Bearer ${tokenOf(jwtSecret, 0)}` },
      connections: CONNECTIONS,
      stop: () => {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        return exited
      },
    })
    return { readyMs, slices, kills: group.kills(), stopMs, lost }
  } finally {
    generator.stop()
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(node)
    group.remove()
  }
}

/** What is asked of the container. */
export function gatesOfSoak(result: Soak | undefined): Gate[] {
  const { readyMs, slices, kills, stopMs, lost } = result ?? {}
  const steady = slices?.slice(Math.ceil(slices.length / 5))
  const rates = slices?.map(({ requestsPerSecond }) => requestsPerSecond)
  const most = (values: number[] | undefined) => values && Math.max(...values)
  const growth =
    steady && steady.length > 1 && (steady.at(-1)?.anonymousMiB ?? 0) / (steady[0]?.anonymousMiB ?? 1)
  const inLimits = `${LIMITS.memoryMiB} MiB and ${LIMITS.cpus} CPU, ${CONNECTIONS} connections`
  return [
    gate(`${inLimits}: seconds until ready`, readyMs && readyMs / 1000, { most: 5 }),
    gate(`${inLimits}: killed for memory`, kills, { most: 0 }),
    gate(
      `${inLimits}: answers in the worst slice / in the median one`,
      rates && Math.min(...rates) / median(rates),
      {
        least: 0.25,
      },
    ),
    gate(
      `${inLimits}: wrong answers`,
      slices?.reduce((sum, { wrong }) => sum + wrong, 0),
      { most: 0 },
    ),
    gate(
      `${inLimits}: page faults from disk per second, worst of the later slices`,
      most(steady?.map((slice) => slice.majorFaultsPerSecond)),
      { most: 10 },
    ),
    gate(`${inLimits}: memory at the end / after the first minute`, growth || undefined, { most: 1.1 }),
    gate(`${inLimits}: seconds to stop`, stopMs && stopMs / 1000, { most: 5 }),
    gate(`${inLimits}: requests lost when stopped`, lost, { most: 0 }),
  ]
}
