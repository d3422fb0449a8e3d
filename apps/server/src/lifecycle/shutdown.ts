import type { FastifyInstance } from 'fastify'
import { setTimeout as sleep } from 'node:timers/promises'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

type ShutdownOptions = {
  drainMs: number
  timeoutMs: number
  /** What to do once the server is closed. */
  after: () => Promise<void>
  exit?: (code: number) => void
}

/**
 * On SIGTERM and SIGINT: not ready, go on for `drainMs` until load balancers have seen that, then finish what is in
 * flight, cut off streams, close, exit 0. Whatever is not done after `timeoutMs` is given up: exit 1.
 */
export function closeGracefully(
  app: FastifyInstance,
  { drainMs, timeoutMs, after, exit = process.exit }: ShutdownOptions,
): void {
  let closing = false
  const close = async (signal: NodeJS.Signals): Promise<void> => {
    if (closing) {
      exit(1)
      return
    }
    closing = true
    app.log.info({ signal }, 'closing')
    app.readiness.ready = false
    const giveUp = setTimeout(() => {
      app.log.error({ timeout_ms: timeoutMs }, 'could not close in time')
      exit(1)
    }, drainMs + timeoutMs)
    await sleep(drainMs)
    await app.close()
    await after()
    clearTimeout(giveUp)
    app.log.info('closed')
    exit(0)
  }
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      close(signal).catch((error: unknown) => {
        app.log.error({ err: error }, 'closing failed')
        exit(1)
      })
    })
  }
}

/**
 * Until the server runs: a signal makes the next `check` throw, so that what was opened meanwhile can be closed. The
 * second one, and one while there is nothing to close (`holds` is false), ends the process at once.
 */
export function watchStart(holds: boolean): { check: () => void; done: () => void } {
  let interrupted = false
  const onSignal = () => {
    if (interrupted || !holds) process.exit(1)
    interrupted = true
  }
  // Process 1 of a container would not even notice a signal that nobody listens to.
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return {
    check() {
      if (interrupted) throw new Error('interrupted while starting')
    },
    done() {
      for (const signal of SIGNALS) process.off(signal, onSignal)
    },
  }
}
