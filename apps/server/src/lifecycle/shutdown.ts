import type { FastifyInstance } from 'fastify'
import { setTimeout as sleep } from 'node:timers/promises'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
// npm forwards Ctrl-C to a process that has already received it from the terminal.
const SAME_SIGNAL_MS = 1_000

type ShutdownOptions = {
  drainMs: number
  timeoutMs: number
  /** Closes the server, then what it uses. */
  close: () => Promise<void>
}

/**
 * On SIGTERM or SIGINT: reports "not ready", keeps serving for `drainMs` until load balancers have noticed, finishes
 * pending requests, aborts streams and exits with 0. Exits with 1 if that takes longer than `timeoutMs`, or on a second
 * signal.
 */
export function closeGracefully(app: FastifyInstance, { drainMs, timeoutMs, close }: ShutdownOptions): void {
  const drainAndClose = async (signal: NodeJS.Signals): Promise<void> => {
    app.log.info({ signal }, 'closing')
    app.readiness.ready = false
    setTimeout(() => {
      app.log.error({ timeout_ms: timeoutMs }, 'could not close in time')
      process.exit(1)
    }, drainMs + timeoutMs)
    await sleep(drainMs)
    await close()
    app.log.info('closed')
    process.exit(0)
  }
  const onSignal = (signal: NodeJS.Signals) => {
    drainAndClose(signal).catch((error: unknown) => {
      app.log.error({ err: error }, 'closing failed')
      process.exit(1)
    })
  }
  onSignals(onSignal, () => process.exit(1))
}

/**
 * While the server starts, a signal makes the next `check` throw, so that the caller closes what it has opened. A second
 * signal exits at once; so does the first if there is nothing to close.
 */
export function watchStart(hasToClose: boolean): { check: () => void; done: () => void } {
  let interrupted = false
  const exit = () => process.exit(1)
  // Listening matters in a container: process 1 ignores signals that it has no handler for.
  const done = onSignals(hasToClose ? () => (interrupted = true) : exit, exit)
  return {
    check() {
      if (interrupted) throw new Error('interrupted while starting')
    },
    done,
  }
}

/** Calls `onFirst` for the first signal and `onSecond` for those after. Returns a function that stops listening. */
function onSignals(onFirst: (signal: NodeJS.Signals) => void, onSecond: () => void): () => void {
  let firstAt: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      onFirst(signal)
    } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
      onSecond()
    }
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
