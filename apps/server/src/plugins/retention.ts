import { type Context, prune } from '@todo/core'
import fp from 'fastify-plugin'
import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, type Registry } from 'prom-client'

type RetentionOptions = { context: Context; registry: Registry; everyMs: number }

const PAUSE_MS = 100

/** Periodically deletes expired rows. Only one instance does so at a time. */
export const retention = fp<RetentionOptions>(
  async (app, { context, registry, everyMs }) => {
    const deleted = new Counter({
      name: 'retention_deleted_rows_total',
      help: 'Expired rows deleted, by table',
      labelNames: ['table'] as const,
      registers: [registry],
    })
    const stop = new AbortController()
    let running: Promise<void> | undefined

    const run = () =>
      prune(context, {
        signal: stop.signal,
        pause: () => sleep(PAUSE_MS),
        onBatch: (table, rows) => deleted.inc({ table }, rows),
      })
        .catch((error: unknown) => app.log.warn({ err: error }, 'cannot delete expired rows'))
        .finally(() => (running = undefined))
    // The jitter keeps instances that started together from running together.
    const timer = setInterval(() => void (running ??= run()), everyMs * (0.9 + 0.2 * Math.random()))
    timer.unref()

    app.addHook('onClose', async () => {
      clearInterval(timer)
      stop.abort()
      await running
    })
  },
  { name: 'retention' },
)
