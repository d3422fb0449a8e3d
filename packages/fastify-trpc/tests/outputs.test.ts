import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from '@trpc/client'
import { type inferRouterOutputs, initTRPC } from '@trpc/server'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type OpenApiMeta,
  type RestMeta,
  fastifyTrpc,
  fromJsonText,
  jsonText,
  openApiDocument,
  operationsOf,
  trustedOutput,
} from '../src/index.ts'
import { listen } from './support/sample-servers.ts'

const Book = z.object({ id: z.number(), title: z.string().default('none'), version: z.number() })
type Book = z.output<typeof Book>

const TEXT = '{"id": 7, "title": "ü", "version": 2}'
const BOOK = { id: 7, title: 'ü', version: 2 }

const t = initTRPC.meta<OpenApiMeta & { rest?: RestMeta }>().create({ isDev: false })

const router = t.router({
  trusted: t.procedure
    .meta({ openapi: { method: 'GET', path: '/trusted' } })
    .output(trustedOutput(Book))
    .query(() => {
      // What the schema would strip shows that it has not been asked.
      const more = { ...BOOK, more: true }
      return more
    }),
  nothing: t.procedure
    .meta({ openapi: { method: 'POST', path: '/nothing' } })
    .output(trustedOutput(z.void()))
    .mutation(() => undefined),
  text: t.procedure
    .meta({ openapi: { method: 'GET', path: '/text' } })
    .output(trustedOutput(Book))
    .query(() => jsonText<Book>(TEXT)),
  versioned: t.procedure
    .meta({ openapi: { method: 'GET', path: '/versioned' }, rest: { etag: 'version' } })
    .output(trustedOutput(Book))
    .query(() => jsonText<Book>(TEXT)),
  create: t.procedure
    .meta({ openapi: { method: 'POST', path: '/books' }, rest: { status: 201, location: '/books/{id}' } })
    .output(trustedOutput(Book))
    .mutation(() => jsonText<Book>(TEXT)),
  parsed: t.procedure.output(Book).query(() => jsonText<Book>(TEXT)),
  wrong: t.procedure
    .output(trustedOutput(Book))
    // @ts-expect-error -- the handler has to return what the schema gives, defaults and all
    .query(() => ({ id: 1, version: 2 })),
  events: t.procedure.subscription(async function* events() {
    yield jsonText<Book>(TEXT)
  }),
})

let app: FastifyInstance
let url: string

beforeAll(async () => {
  app = fastify()
  await app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) })
  url = await listen(app)
})

afterAll(() => app.close())

describe('a trusted output', () => {
  test('is sent as it is, by each door', async () => {
    const expected = { ...BOOK, more: true }
    expect((await app.inject({ url: '/api/trusted' })).json()).toEqual(expected)
    expect((await app.inject({ url: '/trpc/trusted' })).json()).toEqual({ result: { data: expected } })
  })

  test('has the type of its schema', () => {
    expectTypeOf<inferRouterOutputs<typeof router>['trusted']>().toEqualTypeOf<Book>()
    expectTypeOf<inferRouterOutputs<typeof router>['text']>().toEqualTypeOf<Book>()
  })

  test('tells its schema to the document, and to the status', async () => {
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

describe('an output of JSON text', () => {
  test('is the answer, character by character', async () => {
    expect((await app.inject({ url: '/api/text' })).body).toBe(TEXT)
    expect((await app.inject({ url: '/trpc/text' })).body).toBe(`{"result":{"data":${TEXT}}}`)
    expect((await app.inject({ url: '/trpc/text,trusted,text?batch=1' })).json()).toEqual([
      { result: { data: BOOK } },
      { result: { data: { ...BOOK, more: true } } },
      { result: { data: BOOK } },
    ])
  })

  test('gives REST its members', async () => {
    const versioned = await app.inject({ url: '/api/versioned' })
    expect([versioned.headers['etag'], versioned.body]).toEqual(['"2"', TEXT])
    const cached = await app.inject({ url: '/api/versioned', headers: { 'if-none-match': '"2"' } })
    expect(cached.statusCode).toBe(304)
    const created = await app.inject({ method: 'POST', url: '/api/books' })
    expect([created.statusCode, created.headers['location'], created.body]).toEqual([
      201,
      '/api/books/7',
      TEXT,
    ])
  })

  test('is a value to whoever streams it', async () => {
    const events = await app.inject({ url: '/trpc/events' })
    expect(events.body).toContain(`data: ${JSON.stringify(BOOK)}\n`)
    const stream = await app.inject({
      url: '/trpc/text?batch=1',
      headers: { 'trpc-accept': 'application/jsonl' },
    })
    expect(stream.body).toContain(JSON.stringify([[BOOK]]))
  })

  test('is refused by an output that is parsed', async () => {
    expect((await app.inject({ url: '/trpc/parsed' })).statusCode).toBe(500)
  })

  test('is read by `fromJsonText` in process', async () => {
    const caller = router.createCaller({})
    expect(fromJsonText(await caller.text())).toEqual(BOOK)
    expect(fromJsonText(await caller.trusted())).toEqual({ ...BOOK, more: true })
  })

  test.for([
    ['httpLink', httpLink],
    ['httpBatchLink', httpBatchLink],
    ['httpBatchStreamLink', httpBatchStreamLink],
  ] as const)('is a value to the official client: %s', async ([, link]) => {
    const client = createTRPCClient<typeof router>({ links: [link({ url: `${url}/trpc` })] })
    expect(await Promise.all([client.text.query(), client.trusted.query()])).toEqual([
      BOOK,
      { ...BOOK, more: true },
    ])
  })
})

describe('an output of JSON text under a transformer', () => {
  /** Tells the members of what it is given, so that a value which has not been parsed first shows. */
  const transformer = {
    serialize: (value: object) => ({ keys: Object.keys(value), value }),
    deserialize: ({ value }: { value: unknown }) => value,
  }
  const wrapped = initTRPC.create({ isDev: false, transformer })
  const wrappedRouter = wrapped.router({
    text: wrapped.procedure.query(() => jsonText<Book>(TEXT)),
    events: wrapped.procedure.subscription(async function* events() {
      yield jsonText<Book>(TEXT)
    }),
  })
  const serialized = JSON.stringify({ keys: ['id', 'title', 'version'], value: BOOK })

  test.for([
    ['a call', '/trpc/text', {}, serialized],
    ['a batch', '/trpc/text,text?batch=1', {}, serialized],
    ['a stream', '/trpc/text?batch=1', { 'trpc-accept': 'application/jsonl' }, JSON.stringify([[BOOK]])],
    ['a subscription', '/trpc/events', {}, serialized],
  ] as const)('is transformed as a value: %s', async ([, path, headers, expected]) => {
    await using server = fastify()
    await server.register(fastifyTrpc<typeof wrappedRouter>, {
      router: wrappedRouter,
      createContext: () => ({}),
    })
    const answer = await server.inject({ url: path, headers })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain(expected)
  })
})
