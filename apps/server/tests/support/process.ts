import { freePort } from '@todo/testing'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export type ServerProcess = AsyncDisposable & {
  child: ChildProcess
  url: string
  /** Standard output and standard error so far. */
  output: () => string
  /** Resolves to the exit code, or to the signal that ended it. */
  exited: Promise<number | NodeJS.Signals | null>
  /** Resolves once it is ready for traffic. @throws Error with its output if it exits first */
  ready: () => Promise<void>
}

/** Runs `node <script>` with only these environment variables, on a free port. */
export async function startProcess(
  script: string,
  { cwd, ...env }: Record<string, string> & { cwd?: string },
): Promise<ServerProcess> {
  const port = env['PORT'] ?? String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [script], {
    ...(cwd !== undefined && { cwd }),
    env: { HOST: '127.0.0.1', PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'close').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  )
  return {
    child,
    url,
    output: () => output,
    exited,
    async ready() {
      while (child.exitCode === null && child.signalCode === null) {
        const response = await fetch(`${url}/health/ready`).catch(() => undefined)
        if (response?.ok) return
        await sleep(50)
      }
      throw new Error(`The server exited before it was ready: ${output.trim()}`)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
