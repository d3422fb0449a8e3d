import { CORES, pin } from '@todo/load'
import { type StdioOptions, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'

const run = promisify(execFile)

/** Pins Postgres, and keeps its wake-ups from interrupting the server where they share a core (SCHED_BATCH). */
export async function pinPostgres(pid: number): Promise<void> {
  if (!CORES) return
  await pin(pid, CORES.postgres)
  await run('chrt', ['--batch', '--all-tasks', '--pid', '0', String(pid)])
}

export type ServerProcess = { pid: number; port: number; stop: () => Promise<void> }

type Options = {
  command: [string, ...string[]]
  port: number
  env: Record<string, string>
  cores?: string | undefined
  stdio: StdioOptions
  /** Answers 2xx when the server is up. */
  path?: string
}

/** Starts a server and waits until it is up. It never outlives us. @throws if it exits first, or is not up after a minute */
export async function startServer({
  command: [file, ...args],
  port,
  env,
  cores,
  stdio,
  path = '/health',
}: Options): Promise<ServerProcess> {
  const child = spawn(file, args, {
    env: { ...env, PORT: String(port), NODE_ENV: 'production' },
    stdio,
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`Could not start ${file}.`)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  await pin(pid, cores)
  for (const end = Date.now() + 60_000; ; await sleep(10)) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
    if (response?.ok) break
    if (hasExited())
      throw new Error(`The server exited with ${child.exitCode ?? child.signalCode}: ${args.join(' ')}`)
    if (Date.now() > end) throw new Error(`The server is not up after a minute: ${args.join(' ')}`)
  }
  return { pid, port, stop }

  function hasExited(): boolean {
    return child.exitCode !== null || child.signalCode !== null
  }

  async function stop(): Promise<void> {
    if (hasExited()) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(kill, 15_000)
    await exited
    clearTimeout(timer)
  }
}
