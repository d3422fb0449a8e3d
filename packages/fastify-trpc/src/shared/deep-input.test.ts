import { initTRPC } from '@trpc/server'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { fastifyTrpc } from '../plugin.ts'
import type { OpenApiMeta } from '../types.ts'

const t = initTRPC.meta<OpenApiMeta>().create({ isDev: false })

function recurse(): never {
  return recurse()
}

const router = t.router({
  echo: t.procedure
    .meta({ openapi: { method: 'POST', path: '/echo' } })
    .input(z.object({ value: z.unknown() }))
    .output(z.unknown())
    .mutation(({ input }) => input),
  parse: t.procedure
    .meta({ openapi: { method: 'POST', path: '/parse' } })
    .input(z.object({ value: z.json() }))
    .output(z.void())
    .mutation(() => undefined),
  recurse: t.procedure
    .meta({ openapi: { method: 'POST', path: '/recurse' } })
    .output(z.void())
    .mutation(recurse),
})

const DEEP = `{"value":${'['.repeat(1e5)}${']'.repeat(1e5)}}`

test.for([
  ['/api/echo', DEEP],
  ['/api/parse', DEEP],
  ['/trpc/echo', DEEP],
  ['/trpc/parse', DEEP],
  ['/trpc/echo?batch=1', `{"0":${DEEP}}`],
  ['/trpc/parse?batch=1', `{"0":${DEEP}}`],
  ['/api/echo', DEEP.replace('[]', '[{"__proto__":1}]')],
  ['/trpc/echo', DEEP.replace('[]', '[{"__proto__":1}]')],
])('a hundred thousand levels are a client error: %s', async ([url = '', payload = '']) => {
  await using app = fastify()
  await app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) })
  const headers = { 'content-type': 'application/json' }
  expect((await app.inject({ method: 'POST', url, payload, headers })).statusCode).toBe(400)
  const shallow = await app.inject({ method: 'POST', url: '/api/echo', payload: '{"value":1}', headers })
  expect(shallow.statusCode).toBe(200)
})

test.for(['/api/recurse', '/trpc/recurse', '/trpc/recurse?batch=1'])(
  'a procedure that runs out of stack by itself is the fault of the server: %s',
  async (url) => {
    await using app = fastify()
    await app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) })
    expect((await app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(500)
  },
)
