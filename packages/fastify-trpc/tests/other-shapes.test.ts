import { TRPCError, initTRPC } from '@trpc/server'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type OpenApiMeta, type Problem, type RestMeta, fastifyTrpc, openApiDocument } from '../src/index.ts'

const t = initTRPC.meta<OpenApiMeta & { rest?: RestMeta }>().create({ isDev: false })

const Id = z.object({ id: z.number().int() })
const byId = t.procedure.input(Id)

const Event = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    name: z.string().meta({ description: 'Name of the thing', examples: ['Fair'] }),
  })
  .meta({
    id: 'Event',
    examples: [{ id: '0192f0c1-7c1e-7c3e-8b1a-0123456789ab', at: '2026-01-01T00:00:00Z' }],
  })

const router = t.router({
  joined: byId
    .meta({ openapi: { method: 'GET', path: '/joined/{id}' } })
    .input(z.object({ page: z.number().default(1) }))
    .output(Id.extend({ page: z.number() }))
    .query(({ input }) => input),
  create: t.procedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/events',
        summary: 'Make an event',
        operationId: 'makeEvent',
        protect: true,
      },
      rest: { headers: { 'Idempotency-Key': 'key', 'x-times': 'times' } },
    })
    .input(
      z
        .strictObject({
          name: z.string(),
          key: z.string().max(9).describe('Idempotency key').optional(),
          times: z.number().optional(),
        })
        .refine(({ name }) => name !== 'forbidden', { path: ['name'], message: 'Is forbidden' }),
    )
    .output(z.unknown())
    .mutation(({ input }) => input),
  find: t.procedure
    .meta({ openapi: { method: 'GET', path: '/events/{id}' } })
    .input(Id)
    .output(Event.nullable())
    .query(() => null),
  cancel: t.procedure
    .meta({ openapi: { method: 'DELETE', path: '/events/{eventId}' } })
    .input(z.object({ eventId: z.string() }))
    .output(z.void())
    .mutation(() => undefined),
  either: t.procedure
    .meta({ openapi: { method: 'GET', path: '/either/{id}' } })
    .input(
      z.object({
        id: z.union([z.number(), z.literal('newest')]),
        page: z.union([z.number(), z.enum(['first', 'last'])]).describe('Which'),
        days: z.array(z.union([z.number(), z.string()])).optional(),
        size: z.literal([10, 20]).default(10),
      }),
    )
    .output(z.looseObject({}))
    .query(({ input }) => input),
  undo: t.procedure
    .meta({ openapi: { method: 'POST', path: '/events:undo' } })
    .output(z.object({ undone: z.boolean() }))
    .mutation(() => ({ undone: true })),
  fails: t.procedure
    .meta({ openapi: { method: 'GET', path: '/fails/{how}' } })
    .input(z.object({ how: z.enum(['INTERNAL_SERVER_ERROR', 'TOO_MANY_REQUESTS']), n: z.number() }))
    .output(z.void())
    .query(({ input }) => {
      throw new TRPCError({ code: input.how, message: 'secret' })
    }),
})

let app: FastifyInstance

beforeAll(async () => {
  app = fastify()
  await app.register(fastifyTrpc<typeof router>, {
    router,
    createContext: () => ({}),
    rest: { toProblem: () => ({ type: 'https://example.com/failed', headers: { 'retry-after': '7' } }) },
  })
})

afterAll(() => app.close())

test('several schemas of an input are merged', async () => {
  expect((await app.inject({ url: '/api/joined/3?page=2' })).json()).toEqual({ id: 3, page: 2 })
  expect((await app.inject({ url: '/api/joined/x' })).statusCode).toBe(400)
})

test('the server does not start with an input that is not an object', async () => {
  const wrong = t.router({
    one: t.procedure
      .meta({ openapi: { method: 'GET', path: '/one' } })
      .input(z.string())
      .output(z.string())
      .query(({ input }) => input),
  })
  await using server = fastify()
  await expect(
    server.register(fastifyTrpc<typeof wrong>, { router: wrong, createContext: () => ({}) }),
  ).rejects.toThrow('one: REST only supports inputs that are Zod objects')
})

describe('members that headers fill', () => {
  const create = (payload: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/api/events', payload, headers })

  test('are decoded and cannot be sent in another way', async () => {
    const headers = { 'idempotency-key': '12', 'x-times': '3' }
    expect((await create({ name: 'a' }, headers)).json()).toEqual({ name: 'a', key: '12', times: 3 })
    expect((await create({ name: 'a' })).json()).toEqual({ name: 'a' })
    expect((await create({ name: 'a', key: 'b' })).json<Problem>().errors).toEqual([
      { path: 'key', message: 'Send this as the Idempotency-Key header' },
    ])
  })

  test('are rejected by their schema', async () => {
    const response = await create({ name: 'a' }, { 'idempotency-key': 'x'.repeat(10), 'x-times': 'often' })
    expect(response.statusCode).toBe(422)
    expect(response.json<Problem>().errors?.map(({ path }) => path)).toEqual(['key', 'times'])
  })
})

test('an output may be null', async () => {
  const response = await app.inject({ url: '/api/events/1' })
  expect([response.statusCode, response.body]).toEqual([200, 'null'])
})

test('two operations may name the parameter of a path differently', async () => {
  expect((await app.inject({ method: 'DELETE', url: '/api/events/1' })).statusCode).toBe(204)
  const response = await app.inject({ method: 'PUT', url: '/api/events/1' })
  expect([response.statusCode, response.headers['allow']]).toEqual([405, 'GET, DELETE, HEAD, OPTIONS'])
})

test('a path may have a colon', async () => {
  expect((await app.inject({ method: 'POST', url: '/api/events:undo' })).json()).toEqual({ undone: true })
})

describe('an override of an error by the application', () => {
  const problemOf = async (url: string) => {
    const response = await app.inject({ url })
    return { ...response.json<Problem>(), retryAfter: response.headers['retry-after'] }
  }

  test('appears in the problem', async () => {
    expect(await problemOf('/api/fails/TOO_MANY_REQUESTS?n=x')).toMatchObject({
      type: 'https://example.com/failed',
      status: 422,
      code: 'VALIDATION_FAILED',
      errors: [{ path: 'n' }],
      retryAfter: '7',
    })
    expect(await problemOf('/api/fails/TOO_MANY_REQUESTS?n=1')).toMatchObject({
      status: 429,
      detail: 'secret',
    })
  })

  test('cannot unmask a 500', async () => {
    expect(await problemOf('/api/fails/INTERNAL_SERVER_ERROR?n=1')).toMatchObject({
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      detail: 'Something went wrong.',
    })
  })
})

describe('the document', () => {
  const document = openApiDocument(router, {
    title: 'Events',
    version: '1',
    serverUrl: '/api',
    security: [
      { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
      { name: 'key', scheme: { type: 'apiKey', in: 'header', name: 'x-key' } },
    ],
  })
  const create = document.paths['/events']?.['post']

  test('has each security scheme as an alternative', () => {
    expect(Object.keys(document.components['securitySchemes'] as object)).toEqual(['bearer', 'key'])
    expect(create?.security).toEqual([{ bearer: [] }, { key: [] }])
  })

  test('has the names from the meta, or those of the procedures', () => {
    expect(create).toMatchObject({ operationId: 'makeEvent', summary: 'Make an event' })
    expect(document.paths['/events:undo']?.['post']).toMatchObject({ operationId: 'undo', summary: 'undo' })
  })

  test('has headers as parameters with their schemas, and not in the body', () => {
    expect(create?.parameters).toEqual([
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description: 'Idempotency key',
        schema: { type: 'string', maxLength: 9 },
      },
      { name: 'x-times', in: 'header', required: false, schema: { type: 'number' } },
    ])
    expect(create?.requestBody).toEqual({
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { name: { type: 'string' } },
            required: ['name'],
            additionalProperties: false,
          },
        },
      },
    })
  })

  test('joins the inputs of a procedure', () => {
    const names = document.paths['/joined/{id}']?.['get']?.parameters?.map(({ in: place, name }) => [
      place,
      name,
    ])
    expect(names).toEqual([
      ['path', 'id'],
      ['query', 'page'],
    ])
  })

  test('has parameters of several types', async () => {
    const operation = document.paths['/either/{id}']?.['get']
    const number = { type: 'number' }
    const either = (...anyOf: object[]) => expect.objectContaining({ anyOf }) as unknown
    expect(
      operation?.parameters?.map(({ name, required = false, schema }) => [name, required, schema]),
    ).toEqual([
      ['id', true, either(number, { type: 'string', const: 'newest' })],
      ['page', true, either(number, { type: 'string', enum: ['first', 'last'] })],
      ['days', false, { type: 'array', items: { type: ['number', 'string'] } }],
      ['size', false, { type: 'number', enum: [10, 20], default: 10 }],
    ])
    const served = await app.inject({ url: '/api/either/newest?page=2&days=1&days=x&size=20' })
    expect(served.json()).toEqual({ id: 'newest', page: 2, days: [1, 'x'], size: 20 })
  })

  test('keeps formats, descriptions and examples', () => {
    expect(document.components.schemas?.['Event']).toMatchObject({
      properties: {
        id: { format: 'uuid' },
        at: { format: 'date-time' },
        name: { description: 'Name of the thing', examples: ['Fair'] },
      },
      examples: [{ at: '2026-01-01T00:00:00Z' }],
    })
  })
})
