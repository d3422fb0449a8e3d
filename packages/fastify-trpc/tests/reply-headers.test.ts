import { TRPCError, initTRPC } from '@trpc/server'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type OpenApiMeta, type RestMeta, fastifyTrpc } from '../src/index.ts'

const t = initTRPC
  .context<{ reply: FastifyReply }>()
  .meta<OpenApiMeta & { rest?: RestMeta }>()
  .create({ isDev: false })

const router = t.router({
  hello: t.procedure
    .meta({ openapi: { method: 'GET', path: '/hello' } })
    .output(z.string())
    .query(({ ctx }) => {
      ctx.reply.header('set-cookie', 'procedure=1')
      return 'hello'
    }),
  logOut: t.procedure
    .meta({ openapi: { method: 'POST', path: '/log-out' } })
    .output(z.void())
    .mutation(({ ctx }) => {
      ctx.reply.header('set-cookie', 'procedure=1')
    }),
  fails: t.procedure
    .meta({ openapi: { method: 'GET', path: '/fails' } })
    .output(z.void())
    .query(({ ctx }) => {
      ctx.reply.header('set-cookie', 'procedure=1')
      throw new TRPCError({ code: 'CONFLICT' })
    }),
  counts: t.procedure.subscription(async function* counts() {
    yield 1
  }),
})

let app: FastifyInstance

beforeAll(async () => {
  app = fastify()
  app.addHook('onRequest', async (_, reply) => {
    reply.header('vary', 'Origin').header('x-hook', '1')
  })
  await app.register(fastifyTrpc<typeof router>, {
    router,
    createContext: ({ reply }) => {
      reply.header('set-cookie', 'context=1')
      return { reply }
    },
  })
})

afterAll(() => app.close())

const both = ['context=1', 'procedure=1']
const rpcVary = 'Origin, trpc-accept, accept'

test.for([
  ['a call', 'GET', '/trpc/hello', 200, both, rpcVary],
  ['a failing call', 'GET', '/trpc/fails', 409, both, rpcVary],
  ['a batch', 'GET', '/trpc/hello,fails?batch=1', 207, [...both, 'procedure=1'], rpcVary],
  ['a batch of one', 'GET', '/trpc/hello?batch=1', 200, both, rpcVary],
  ['REST', 'GET', '/api/hello', 200, both, 'Origin'],
  ['REST without a body', 'POST', '/api/log-out', 204, both, 'Origin'],
  ['a problem', 'GET', '/api/fails', 409, both, 'Origin'],
] as const)('headers of hooks, context and procedures survive: %s', async ([, method, url, ...expected]) => {
  const { statusCode, headers } = await app.inject({ method, url })
  expect([statusCode, headers['set-cookie'], headers['vary'], headers['x-hook']]).toEqual([...expected, '1'])
})

// The headers of a stream are sent before its procedures run.
test.for([
  ['a stream', '/trpc/hello?batch=1', { 'trpc-accept': 'application/jsonl' }],
  ['a subscription', '/trpc/counts', { accept: 'text/event-stream' }],
] as const)('headers of hooks and the context survive: %s', async ([, url, headers]) => {
  const response = await app.inject({ url, headers })
  expect(response.statusCode).toBe(200)
  expect([response.headers['set-cookie']].flat()).toContain('context=1')
  expect(response.headers['vary']).toMatch(/^Origin(,|$)/)
  expect(response.headers['x-hook']).toBe('1')
})
