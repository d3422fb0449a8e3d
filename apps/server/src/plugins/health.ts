import fp from 'fastify-plugin'
import { PATHS, PROBES } from '../http/paths.ts'
import { withTimeout } from '../with-timeout.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Set `ready` to false to stop load balancers from sending traffic. */
    readiness: { ready: boolean }
  }
}

/** `probe` resolves if the database responds and rejects otherwise. */
type HealthOptions = { probe: () => Promise<unknown> }

export const PROBE_TIMEOUT_MS = 1_000

/** /health for people, /health/live for restarts, /health/ready for load balancers. */
export const health = fp<HealthOptions>(
  async (app, { probe }) => {
    const readiness = { ready: true }
    app.decorate('readiness', readiness)
    let probing: Promise<boolean> | undefined

    const isConnected = async () =>
      (await withTimeout(
        probe().then(() => true),
        PROBE_TIMEOUT_MS,
      )) ?? false
    /** Concurrent requests share one probe. */
    const connected = () => (probing ??= isConnected().finally(() => (probing = undefined)))

    app.addHook('onRequest', (request, reply, done) => {
      if (request.url.startsWith(PATHS.health)) reply.header('cache-control', 'no-store')
      done()
    })
    app.addHook('preClose', async () => {
      readiness.ready = false
    })
    // Makes keep-alive clients reconnect to another instance; an open connection would also delay closing.
    // oxlint-disable-next-line max-params -- the callback form of a hook is faster than the async one.
    app.addHook('onSend', (_, reply, payload, done) => {
      if (!readiness.ready) reply.header('connection', 'close')
      done(null, payload)
    })
    app.get(PATHS.health, async (_, reply) => {
      const database = await connected()
      return reply.code(database ? 200 : 503).send({
        status: database ? 'healthy' : 'unhealthy',
        database: database ? 'connected' : 'disconnected',
        timestamp: new Date().toISOString(),
      })
    })
    // Does not query the database: its outage must not restart every instance.
    app.get(PROBES.live, async () => ({ status: 'alive' }))
    app.get(PROBES.ready, async (_, reply) => {
      const ready = readiness.ready && (await connected())
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    })
  },
  { name: 'health' },
)
