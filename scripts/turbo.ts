import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

// Turbo looks for pnpm on the path: the script puts it there.
const TURBO = [join(import.meta.dirname, 'pnpm.sh'), 'exec', 'turbo']
const NO_NOTICES = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' }

type TurboOptions = {
  env?: Record<string, string>
  /** Receives each line of turbo's output. */
  onLine: (line: string) => void
  /** Stops turbo. */
  signal?: AbortSignal
}

/** Runs turbo and resolves to its exit code. Lines of a task start with "package:task: ". */
export async function runTurbo(
  [command = 'run', ...args]: string[],
  { env, onLine, signal }: TurboOptions,
): Promise<number> {
  const turbo = spawn('sh', [...TURBO, command, '--log-order=stream', '--log-prefix=task', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...NO_NOTICES, ...env },
    // A process group of its own, because turbo's launcher does not forward signals.
    detached: true,
  })
  const stop = () => signalGroup(turbo.pid)
  process.on('SIGINT', stop).on('SIGTERM', stop)
  signal?.addEventListener('abort', stop)
  try {
    const exited = once(turbo, 'exit')
    for await (const line of createInterface({ input: turbo.stdout })) onLine(line)
    const [code] = (await exited) as [number | null]
    return code ?? 1
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Generates code, and shows turbo's output only if that fails. Exits the process then. */
export async function generate(): Promise<void> {
  const lines: string[] = []
  const code = await runTurbo(['run', 'generate'], { onLine: (line) => lines.push(line) })
  if (code === 0) return
  console.error(lines.join('\n'))
  process.exit(code)
}

function signalGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGTERM')
  } catch {
    // It has exited already.
  }
}
