import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { type FastifyTrpcOptions, fastifyTrpc } from '../../src/index.ts'
import { type SampleRouter, sampleRouter } from './sample-router.ts'

const createContext = () => ({ user: 'ada' })

// Batches name many procedures in one path.
const serverOptions = { routerOptions: { maxParamLength: 5_000 } } satisfies FastifyServerOptions

/** The sample router, served by this package. */
export async function makeServer(
  options: Partial<FastifyTrpcOptions<SampleRouter>> = {},
  fastifyOptions: FastifyServerOptions = {},
): Promise<FastifyInstance> {
  const app = fastify({ ...serverOptions, ...fastifyOptions })
  await app.register(fastifyTrpc<SampleRouter>, { router: sampleRouter, createContext, ...options })
  return app
}

/** A server on a free port that `prepare` configures before the plugin is registered. */
export async function makeHost(
  prepare: (app: FastifyInstance) => void = () => undefined,
  fastifyOptions: FastifyServerOptions = {},
) {
  const app = fastify(fastifyOptions)
  prepare(app)
  await app.register(fastifyTrpc<SampleRouter>, { router: sampleRouter, createContext })
  return { url: await listen(app), [Symbol.asyncDispose]: () => app.close() }
}

/** The same router, served by tRPC's own plugin. */
export async function makeOfficialServer(): Promise<FastifyInstance> {
  const app = fastify(serverOptions)
  await app.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: { router: sampleRouter, createContext },
  } satisfies FastifyTRPCPluginOptions<SampleRouter>)
  return app
}

/** Starts a server on a free port. Returns its address without a trailing slash. */
export const listen = (app: FastifyInstance) => app.listen({ host: '127.0.0.1', port: 0 })
