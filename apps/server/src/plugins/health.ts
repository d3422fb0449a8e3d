import fp from 'fastify-plugin'
import { withTimeout } from '../with-timeout.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Set to false when the instance is to get no more traffic. */
    readiness: { ready: boolean }
  }
}

/** Answers when the database does; rejects otherwise. */
type HealthOptions = { probe: () => Promise<unknown> }

export const PROBE_TIMEOUT_MS = 1_000

/** /health for people, /health/live for restarts, /health/ready for load balancers. */
export const health = fp<HealthOptions>(
  async (app, { probe }) => {
    const readiness = { ready: true }
    app.decorate('readiness', readiness)
    let probing: Promise<boolean> | undefined

    const answers = async () =>
      (await withTimeout(
        probe().then(() => true),
        PROBE_TIMEOUT_MS,
      )) ?? false
    /** Requests at the same time share one question. */
    const connected = () => (probing ??= answers().finally(() => (probing = undefined)))

    app.addHook('onRequest', (request, reply, done) => {
      if (request.url.startsWith('/health')) reply.header('cache-control', 'no-store')
      done()
    })
    app.addHook('preClose', async () => {
      readiness.ready = false
    })
    // Who goes on asking is to connect elsewhere; a connection kept alive would also keep us from closing.
    // oxlint-disable-next-line max-params -- Fastify's own; as a promise it would cost every answer more.
    app.addHook('onSend', (_, reply, payload, done) => {
      if (!readiness.ready) reply.header('connection', 'close')
      done(null, payload)
    })
    app.get('/health', async (_, reply) => {
      const database = await connected()
      return reply.code(database ? 200 : 503).send({
        status: database ? 'healthy' : 'unhealthy',
        database: database ? 'connected' : 'disconnected',
        timestamp: new Date().toISOString(),
      })
    })
    // Never asks the database: an outage there must not restart every instance here.
    app.get('/health/live', async () => ({ status: 'alive' }))
    app.get('/health/ready', async (_, reply) => {
      const ready = readiness.ready && (await connected())
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    })
  },
  { name: 'health' },
)
