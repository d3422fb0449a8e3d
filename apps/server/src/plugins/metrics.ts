import type { Replication } from '@todo/db'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, type Registry, collectDefaultMetrics } from 'prom-client'
import { withTimeout } from '../with-timeout.ts'
import type { Answer } from './access-log.ts'

type PoolCounts = { totalCount: number; idleCount: number; waitingCount: number; options: { max?: number } }

type MetricsOptions = {
  registry: Registry
  pool: PoolCounts
  replication: Replication | undefined
  countSessions: () => Promise<number>
}

/**
 * How often the event loop is looked at. Each look wakes the process up: at the default of 10 an idle one takes a 150th
 * of a processor for it, and a write a 50th of its time.
 */
const LAG_PRECISION_MS = 50
const SESSIONS_EVERY_MS = 15_000
/** How long a scrape waits for the database. */
export const SESSIONS_TIMEOUT_MS = 1_000

/** Prometheus metrics on /metrics. */
export const metrics = fp<MetricsOptions>(
  async (app, { registry, pool, replication, countSessions }) => {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS })
    app.answers.listeners.push(requestMetrics(registry))
    poolGauge(registry, () => [{ name: 'primary', pool }, ...(replication?.replicas() ?? [])])
    sessionsGauge(registry, countSessions)

    app.get('/metrics', async (_, reply) => {
      app.answers.tell()
      return reply
        .header('cache-control', 'no-store')
        .type(registry.contentType)
        .send(await registry.metrics())
    })
  },
  { name: 'metrics', dependencies: ['access-log'] },
)

function requestMetrics(registry: Registry): (answer: Answer) => void {
  const labelNames = ['method', 'route', 'status_code'] as const
  const registers = [registry]
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of the answer, in seconds',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers,
  })
  const errors = new Counter({
    name: 'http_errors_total',
    help: 'Answers of status 400 and above, by endpoint',
    labelNames: ['route', 'status_code'] as const,
    registers,
  })
  return ({ method, endpoint, status, milliseconds }) => {
    const labels = { method, route: endpoint, status_code: String(status) }
    duration.observe(labels, milliseconds / 1000)
    requests.inc(labels)
    if (status >= 400) errors.inc({ route: endpoint, status_code: labels.status_code })
  }
}

function poolGauge(registry: Registry, pools: () => { name: string; pool: PoolCounts }[]): void {
  const gauge = new Gauge({
    name: 'db_pool_connections',
    help: 'Connections of the pool by state, and requests that wait for one',
    labelNames: ['pool', 'state'] as const,
    registers: [registry],
    collect() {
      for (const { name, pool } of pools()) {
        const set = (state: string, value: number) => gauge.set({ pool: name, state }, value)
        set('max', pool.options.max ?? 0)
        set('total', pool.totalCount)
        set('idle', pool.idleCount)
        set('active', pool.totalCount - pool.idleCount)
        set('waiting', pool.waitingCount)
      }
    },
  })
}

/** Asked at most every 15 seconds; while the database is away the last figure stands, and before the first there is none. */
function sessionsGauge(registry: Registry, countSessions: () => Promise<number>): void {
  let asked = 0
  const gauge = new Gauge({
    name: 'active_user_sessions',
    help: 'Sessions that can still be refreshed',
    registers: [registry],
    async collect() {
      if (Date.now() - asked < SESSIONS_EVERY_MS) return
      asked = Date.now()
      const count = await withTimeout(countSessions(), SESSIONS_TIMEOUT_MS)
      if (count !== undefined) gauge.set(count)
    },
  })
  gauge.remove()
}
