import type { Replication } from '@todo/db'
import type { Postgres, ReplicaState } from '@todo/postgres'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, type Registry, collectDefaultMetrics } from 'prom-client'
import { withTimeout } from '../with-timeout.ts'
import type { SentResponse } from './sent-responses.ts'

type MetricsOptions = {
  registry: Registry
  counts: Postgres['counts']
  replication: Replication | undefined
  countSessions: () => Promise<number>
}

// Each sample wakes the process up. At prom-client's default of 10 ms that takes 2 % of the CPU of a busy server.
const LAG_PRECISION_MS = 50
const SESSIONS_EVERY_MS = 15_000
/** How long a scrape waits for the database. */
export const SESSIONS_TIMEOUT_MS = 1_000

/** Prometheus metrics on /metrics. */
export const metrics = fp<MetricsOptions>(
  async (app, { registry, counts, replication, countSessions }) => {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS })
    poolGauge(registry, () => [{ name: 'primary', counts }, ...(replication?.replicas() ?? [])])
    sessionsGauge(registry, countSessions)

    app.sentResponses.onFlush(requestCounter(registry))
    app.get('/metrics', async (_, reply) => {
      app.sentResponses.flush()
      return reply
        .header('cache-control', 'no-store')
        .type(registry.contentType)
        .send(await registry.metrics())
    })
  },
  { name: 'metrics', dependencies: ['sent-responses'] },
)

function requestCounter(registry: Registry): (response: SentResponse) => void {
  const labelNames = ['method', 'route', 'status_code'] as const
  const registers = [registry]
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from receiving a request to finishing its response, in seconds',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests by method, route and status code',
    labelNames,
    registers,
  })
  const errors = new Counter({
    name: 'http_errors_total',
    help: 'Responses with status 400 or above, by route and status code',
    labelNames: ['route', 'status_code'] as const,
    registers,
  })
  return ({ method, endpoint: route, status, milliseconds }) => {
    const status_code = String(status)
    const labels = { method, route, status_code }
    duration.observe(labels, milliseconds / 1000)
    requests.inc(labels)
    if (status >= 400) errors.inc({ route, status_code })
  }
}

function poolGauge(registry: Registry, pools: () => Pick<ReplicaState, 'name' | 'counts'>[]): void {
  const gauge = new Gauge({
    name: 'db_pool_connections',
    help: 'Pool connections by state; state="waiting" counts queries that wait for a connection',
    labelNames: ['pool', 'state'] as const,
    registers: [registry],
    collect() {
      for (const { name, counts } of pools()) {
        const { max, total, idle, waiting } = counts()
        const set = (state: string, value: number) => gauge.set({ pool: name, state }, value)
        set('max', max)
        set('total', total)
        set('idle', idle)
        set('active', total - idle)
        set('waiting', waiting)
      }
    },
  })
}

/** Queries at most every 15 seconds. While the database is unreachable the gauge keeps its last value. */
function sessionsGauge(registry: Registry, countSessions: () => Promise<number>): void {
  let lastQuery = 0
  const gauge = new Gauge({
    name: 'active_user_sessions',
    help: 'Sessions that have not expired',
    registers: [registry],
    async collect() {
      if (Date.now() - lastQuery < SESSIONS_EVERY_MS) return
      lastQuery = Date.now()
      const count = await withTimeout(countSessions(), SESSIONS_TIMEOUT_MS)
      if (count !== undefined) gauge.set(count)
    },
  })
  gauge.remove()
}
