import { type Context, prune } from '@todo/core'
import fp from 'fastify-plugin'
import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, type Registry } from 'prom-client'

type RetentionOptions = { context: Context; registry: Registry; everyMs: number }

const PAUSE_MS = 100

/** Deletes what has expired, now and then, on one of all instances. */
export const retention = fp<RetentionOptions>(
  async (app, { context, registry, everyMs }) => {
    const deleted = new Counter({
      name: 'retention_deleted_rows_total',
      help: 'Rows deleted because they had expired, by table',
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
        .catch((error: unknown) => app.log.warn({ err: error }, 'could not delete what has expired'))
        .finally(() => (running = undefined))
    // Instances that were started together need not ask together.
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
