import { CORES, pin } from '@todo/load'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'

const run = promisify(execFile)
const LINUX = process.platform === 'linux'

/**
 * Lets a process that shares a core wake up without pushing aside who runs there (Linux: SCHED_BATCH). When Postgres
 * pushes the server aside is chance, and made up to a quarter of a round's figure.
 */
export async function wakeUpPolitely(pid: number): Promise<void> {
  if (CORES) await run('chrt', ['--batch', '--all-tasks', '--pid', '0', String(pid)])
}

export type ServerProcess = { pid: number; port: number; stop: () => Promise<void> }

/**
 * While the others have their turn a server is idle, and V8 would take that for the time to give memory back, at any
 * moment: its next rounds cost up to twice as much, until the heap has grown again.
 */
const AS_UNDER_LOAD = ['--no-memory-reducer']

/** Starts a server and waits until it answers on /health. */
export async function startServer(
  file: string,
  {
    port,
    env,
    cores,
    output,
  }: { port: number; env: Record<string, string>; cores?: string | undefined; output: number },
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...AS_UNDER_LOAD, file], {
    env: { ...env, PORT: String(port), NODE_ENV: 'production' },
    stdio: ['ignore', output, output],
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} did not start`)
  await pin(pid, cores)
  await answers(`http://127.0.0.1:${port}/health`, child)
  return { pid, port, stop: () => stop(child) }
}

/** Until `url` answers 2xx. @throws when the process that should has ended, or does not in half a minute */
export async function answers(url: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(10)) {
    if (child.exitCode !== null)
      throw new Error(`a server ended with ${child.exitCode}: ${child.spawnargs.join(' ')}`)
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
  }
  throw new Error(`a server did not answer: ${child.spawnargs.join(' ')}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exited
  clearTimeout(timer)
}

/**
 * CPU time in seconds that a process and its children have had so far, those that have ended included; undefined where
 * /proc does not tell.
 */
export function cpuSeconds(pid: number): number | undefined {
  if (!LINUX) return undefined
  const own = statOf(pid)
  if (!own) return undefined
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = others.map(Number).filter((other) => statOf(other)?.parent === pid)
  return [pid, ...children].reduce((sum, each) => sum + secondsOf(each), own.reapedTicks / TICKS_PER_SECOND)
}

/** By its threads, to the nanosecond: a tick is a hundredth of a round. */
function secondsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(
        (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
      )
      .reduce((sum, seconds) => sum + seconds, 0)
  } catch {
    // It has ended, or this kernel does not count so.
    return (statOf(pid)?.ticks ?? 0) / TICKS_PER_SECOND
  }
}

// What Linux counts in for programs, whatever the kernel's own clock.
const TICKS_PER_SECOND = 100

/** proc_pid_stat(5): the parent, and the time in user and system mode, of the process and of children that ended. */
function statOf(pid: number): { parent: number; ticks: number; reapedTicks: number } | undefined {
  try {
    const fields = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '').split(' ').map(Number)
    const [parent = 0, user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = [1, 11, 12, 13, 14].map(
      (n) => fields[n],
    )
    return { parent, ticks: user + system, reapedTicks: reapedUser + reapedSystem }
  } catch {
    return undefined
  }
}

/** Resident memory in MiB. */
export function memoryMiB(pid: number): number | undefined {
  if (!LINUX) return undefined
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}
