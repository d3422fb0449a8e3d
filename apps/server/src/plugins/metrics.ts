import type { Replication } from '@todo/db'
import type { Postgres, ReplicaState } from '@todo/postgres'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, type Registry, collectDefaultMetrics } from 'prom-client'
import { endpointOf } from '../http/endpoint.ts'
import { withTimeout } from '../with-timeout.ts'

type MetricsOptions = {
  registry: Registry
  counts: Postgres['counts']
  replication: Replication | undefined
  countSessions: () => Promise<number>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** For responses that bypass the hooks, see http/error-handlers.ts. */
    countRequest: (request: FastifyRequest, reply: FastifyReply) => void
  }
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

    const countRequest = requestCounter(registry)
    app.decorate('countRequest', countRequest)
    app.addHook('onResponse', (request, reply, done) => {
      countRequest(request, reply)
      done()
    })
    app.get('/metrics', async (_, reply) =>
      reply
        .header('cache-control', 'no-store')
        .type(registry.contentType)
        .send(await registry.metrics()),
    )
  },
  { name: 'metrics' },
)

function requestCounter(registry: Registry): (request: FastifyRequest, reply: FastifyReply) => void {
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
  return (request, reply) => {
    const route = endpointOf(request)
    const labels = { method: request.method, route, status_code: String(reply.statusCode) }
    duration.observe(labels, reply.elapsedTime / 1000)
    requests.inc(labels)
    if (reply.statusCode >= 400) errors.inc({ route, status_code: labels.status_code })
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
