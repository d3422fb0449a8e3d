import { freePort } from '@todo/testing'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The bundle that `pnpm build` makes. */
export const DIST = join(import.meta.dirname, '../../../apps/server/dist')

export type Instance = { child: ChildProcess; url: string; port: number; exited: Promise<number | null> }

/** Runs the bundle as a process with exactly these variables and waits until it is ready. `opened` kills it. */
export async function startInstance(
  { dist = DIST, output = 'ignore', env }: InstanceOptions,
  opened: AsyncDisposableStack,
): Promise<Instance> {
  const port = Number(env['PORT'] ?? (await freePort()))
  const child = spawn(process.execPath, [join(dist, 'server.js')], {
    env: { HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', output, 'inherit'],
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  opened.defer(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const url = `http://127.0.0.1:${port}`
  await ready(url, () => child.exitCode === null)
  return { child, url, port, exited }
}

type InstanceOptions = { dist?: string; output?: 'ignore' | 'pipe'; env: Record<string, string> }

/** Waits until the server is ready. @throws Error if it has exited, or is not ready within a minute */
export async function ready(url: string, isRunning: () => boolean = () => true): Promise<void> {
  const from = performance.now()
  while (isRunning() && performance.now() - from < 60_000) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (response?.ok) return
    await sleep(50)
  }
  throw new Error(`${url} is not ready`)
}
