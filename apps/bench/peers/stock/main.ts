// https://trpc.io/docs/server/adapters/fastify and https://github.com/mcampa/trpc-to-openapi#with-fastify: one router, two
// interfaces. https://github.com/fastify/fastify-jwt: its readme recommends the cache of verified tokens; this one has room
// for all owners.
import fastifyJwt from '@fastify/jwt'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { fastify } from 'fastify'
import { fastifyTRPCOpenApiPlugin } from 'trpc-to-openapi'
import { env } from './env.ts'
import { prisma } from './prisma.ts'
import { type AppRouter, appRouter, EXPIRES_IN } from './router.ts'
import { createContext } from './trpc.ts'

const app = fastify({ routerOptions: { maxParamLength: 5000 } })
await app.register(fastifyJwt, {
  secret: env.jwtSecret,
  sign: { expiresIn: EXPIRES_IN },
  verify: { algorithms: ['HS256'], cache: 10_001 },
})
await app.register(fastifyTRPCPlugin, {
  prefix: '/trpc',
  trpcOptions: {
    router: appRouter,
    createContext,
  } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'],
})
await app.register(fastifyTRPCOpenApiPlugin, { basePath: '/api/v1', router: appRouter, createContext })
app.get('/health', () => ({ status: 'healthy' }))

process.once('SIGTERM', () => void app.close().then(() => prisma.$disconnect()))
await app.listen({ port: env.port, host: '127.0.0.1' })
