import { type inferRouterOutputs, initTRPC } from '@trpc/server'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type OpenApiMeta,
  type RestMeta,
  fastifyTrpc,
  openApiDocument,
  operationsOf,
  trustedOutput,
} from '../src/index.ts'

const Book = z.object({ id: z.number(), title: z.string().default('none'), version: z.number() })
type Book = z.output<typeof Book>

const BOOK = { id: 7, title: 'ü', version: 2 }

const t = initTRPC.meta<OpenApiMeta & { rest?: RestMeta }>().create({ isDev: false })

const router = t.router({
  trusted: t.procedure
    .meta({ openapi: { method: 'GET', path: '/trusted' } })
    .output(trustedOutput(Book))
    .query(() => {
      // The schema would strip this, so it shows that the schema was not used.
      const more = { ...BOOK, more: true }
      return more
    }),
  nothing: t.procedure
    .meta({ openapi: { method: 'POST', path: '/nothing' } })
    .output(trustedOutput(z.void()))
    .mutation(() => undefined),
  wrong: t.procedure
    .output(trustedOutput(Book))
    // @ts-expect-error -- the handler must return the schema's output type, including defaults
    .query(() => ({ id: 1, version: 2 })),
})

let app: FastifyInstance

beforeAll(async () => {
  app = fastify()
  await app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) })
})

afterAll(() => app.close())

describe('a trusted output', () => {
  test('is sent unchanged on RPC and REST', async () => {
    const expected = { ...BOOK, more: true }
    expect((await app.inject({ url: '/api/trusted' })).json()).toEqual(expected)
    expect((await app.inject({ url: '/trpc/trusted' })).json()).toEqual({ result: { data: expected } })
  })

  test('has the type of its schema', () => {
    expectTypeOf<inferRouterOutputs<typeof router>['trusted']>().toEqualTypeOf<Book>()
  })

  test('has its schema in the document, which also sets the status', async () => {
    expect(operationsOf(router)[0]?.output).toBe(Book)
    expect((await app.inject({ method: 'POST', url: '/api/nothing' })).statusCode).toBe(204)
    const { paths } = openApiDocument(router, {
      title: 'Books',
      version: '1',
      serverUrl: '/api',
      security: [],
    })
    expect(paths['/trusted']?.['get']?.responses['200']?.content).toMatchObject({
      'application/json': { schema: { required: ['id', 'title', 'version'] } },
    })
    expect(Object.keys(paths['/nothing']?.['post']?.responses ?? {})).toContain('204')
  })
})
