import { freePort } from '@todo/testing'
import { type Scale, startGenerator, stopUnderLoad, tokenOf } from '@todo/load'
import { copyFileSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeCgroup } from './cgroup.ts'
import { startServer } from './processes.ts'

/** The limits of the deployed container. */
export const LIMITS = { memoryMiB: 128, cpus: 0.2 }
const CONNECTIONS = 64
const SLICE_SECONDS = 10
const MIB = 1024 * 1024

export type ContainerRun = {
  readySeconds: number
  slices: {
    requestsPerSecond: number
    p99: number
    anonymousMiB: number
    majorFaultsPerSecond: number
    wrong: number
  }[]
  /** How often the kernel killed the process for using too much memory. */
  kills: number
  stopSeconds: number
  lost: number
}

type Options = {
  /** The folder for the server's error output and temporary files. */
  folder: string
  bundle: string
  env: Record<string, string>
  scale: Scale
  jwtSecret: string
  /** The length of the run, in slices of ten seconds. */
  slices: number
  onStep: (text: string) => void
}

/** Runs the bundle under the mix within the limits of its container; undefined where control groups are not available. */
export async function runInContainer(options: Options): Promise<ContainerRun | undefined> {
  const { folder, bundle, env, scale, jwtSecret, slices, onStep } = options
  const group = makeCgroup('todo-bench', LIMITS)
  if (!group) return undefined
  await using opened = new AsyncDisposableStack()
  opened.defer(group.remove)
  // The kernel charges pages of a file to the group that reads them first, so this group gets its own copy of Node.
  const node = join(folder, 'node')
  copyFileSync(process.execPath, node)
  opened.defer(() => rmSync(node))
  const generator = await startGenerator()
  opened.defer(generator.stop)
  const started = performance.now()
  const server = await startServer({
    command: ['sh', '-c', `${group.enter} && exec "$0" "$1"`, node, bundle],
    port: await freePort(),
    env,
    // A log file would fill the memory of the group with its pages.
    stdio: ['ignore', 'ignore', openSync(join(folder, 'container-errors.log'), 'w')],
    path: '/health/ready',
  })
  opened.defer(server.stop)
  const readySeconds = (performance.now() - started) / 1000
  const { port } = server
  const job = { protocol: 'rest', workload: 'mix', port, scale, jwtSecret } as const
  const run: ContainerRun = { readySeconds, slices: [], kills: 0, stopSeconds: 0, lost: 0 }
  for (let slice = 0; slice < slices; slice += 1) {
    onStep(`mix in ${LIMITS.memoryMiB} MiB and ${LIMITS.cpus} CPU`)
    const faults = group.majorFaults()
    const outcome = await generator.run({ ...job, connections: CONNECTIONS, seconds: SLICE_SECONDS })
    run.slices.push({
      requestsPerSecond: outcome.requests / outcome.seconds,
      p99: outcome.p99,
      anonymousMiB: group.anonymousBytes() / MIB,
      majorFaultsPerSecond: (group.majorFaults() - faults) / outcome.seconds,
      wrong: outcome.wrong,
    })
  }
  const headers = { authorization: `Bearer ${tokenOf(jwtSecret, 0)}` }
  const { stopMs, lost } = await stopUnderLoad({ port, headers, connections: CONNECTIONS, stop: server.stop })
  return { ...run, kills: group.kills(), stopSeconds: stopMs / 1000, lost }
}
