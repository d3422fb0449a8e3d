// Runs one of the servers in its own process. It sends its address and, on request, the CPU time it has used.
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { type FastifyInstance, fastify } from 'fastify'
import { fastifyTRPCOpenApiPlugin } from 'trpc-openapi'
import { fastifyTrpc } from '../src/index.ts'
import { item, ourRouter, page, router } from './router.ts'

const createContext = () => ({})

const kinds: Record<string, (app: FastifyInstance) => unknown> = {
  bare: (app) =>
    app
      .get('/get', () => item)
      .get('/list', () => page)
      .get('/batch', () => Array.from({ length: 10 }, () => ({ result: { data: item } }))),
  ours: (app) => app.register(fastifyTrpc<typeof ourRouter>, { router: ourRouter, createContext }),
  official: (app) =>
    app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router, createContext } }),
  openapi: (app) => app.register(fastifyTRPCOpenApiPlugin, { basePath: '/api', router, createContext }),
}

const app = fastify({ routerOptions: { maxParamLength: 5_000 } })
await kinds[process.argv[2] ?? '']?.(app)
const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit())
process.send?.({ address })
