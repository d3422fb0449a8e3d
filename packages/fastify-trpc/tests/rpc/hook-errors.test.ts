import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { TRPCError, initTRPC } from '@trpc/server'
import { type FastifyReply, fastify } from 'fastify'
import { expect, test } from 'vitest'
import { fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

const t = initTRPC.create({ isDev: false })
const router = t.router({
  hello: t.procedure.query(() => 'hello'),
  save: t.procedure.mutation(() => 'saved'),
})
type Router = typeof router

type Throw = (reply: FastifyReply) => never

const fail = (message: string, more: object) => {
  throw Object.assign(new Error(message), more)
}
const withStatus =
  (statusCode: number): Throw =>
  () =>
    fail('secret', { statusCode })

/** A server with a hook that throws, like that of a rate limiter. */
async function makeServer(hook: 'onRequest' | 'preHandler', throwError: Throw) {
  const app = fastify()
  const reported: unknown[] = []
  app.addHook(hook, async (_, reply) => throwError(reply))
  await app.register(fastifyTrpc<Router>, {
    router,
    createContext: () => ({}),
    onError: ({ error, path, req }) => reported.push([error.code, path, req.method]),
  })
  return { app, reported, address: await listen(app) }
}

const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '1' }
const calls: [path: string, init?: RequestInit][] = [
  ['hello'],
  ['save', post],
  ['hello,hello?batch=1'],
  ['nowhere'],
  ['hello?batch=1', { headers: { 'trpc-accept': 'application/jsonl' } }],
]

const cases: [name: string, throwError: Throw, status: number, code: string, message: string][] = [
  ['400', withStatus(400), 400, 'BAD_REQUEST', 'Bad Request.'],
  ['401', withStatus(401), 401, 'UNAUTHORIZED', 'Unauthorized.'],
  ['403', withStatus(403), 403, 'FORBIDDEN', 'Forbidden.'],
  ['409', withStatus(409), 409, 'CONFLICT', 'Conflict.'],
  ['429', withStatus(429), 429, 'TOO_MANY_REQUESTS', 'Too Many Requests.'],
  ['a status that tRPC has no code for', withStatus(410), 410, 'BAD_REQUEST', 'Gone.'],
  [
    'a message for the client',
    () => fail('Not you.', { statusCode: 403, expose: true }),
    403,
    'FORBIDDEN',
    'Not you.',
  ],
  [
    'an error of a plugin',
    () => fail('No token.', { statusCode: 401, code: 'FST_JWT_X' }),
    401,
    'UNAUTHORIZED',
    'No token.',
  ],
  [
    'a message for the client, but of a failure',
    () => fail('secret', { statusCode: 503, expose: true }),
    503,
    'SERVICE_UNAVAILABLE',
    'Service Unavailable.',
  ],
  [
    'a status of the reply',
    (reply) => {
      reply.code(403)
      return fail('secret', {})
    },
    403,
    'FORBIDDEN',
    'Forbidden.',
  ],
  ['500', () => fail('secret', { statusCode: 500 }), 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong.'],
  ['503', () => fail('secret', { statusCode: 503 }), 503, 'SERVICE_UNAVAILABLE', 'Service Unavailable.'],
  ['507', () => fail('secret', { statusCode: 507 }), 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong.'],
  [
    'a status that is none',
    () => fail('secret', { statusCode: 200 }),
    500,
    'INTERNAL_SERVER_ERROR',
    'Something went wrong.',
  ],
  ['no status', () => fail('secret', {}), 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong.'],
  [
    'a TRPCError',
    () => {
      throw new TRPCError({ code: 'FORBIDDEN', message: 'Not today.' })
    },
    403,
    'FORBIDDEN',
    'Not today.',
  ],
]

test.for(cases.flatMap((each) => (['onRequest', 'preHandler'] as const).map((hook) => ({ hook, each }))))(
  'what a hook throws has its status and tRPC’s code: $hook, $each.0',
  async ({ hook, each: [, throwError, status, code, message] }) => {
    const { app, reported, address } = await makeServer(hook, throwError)
    await using _ = app
    for (const [path, init] of calls) {
      const response = await fetch(`${address}/trpc/${path}`, init)
      expect(response.status).toBe(status)
      const { error } = (await response.json()) as { error: object }
      expect(error).toMatchObject({ message, data: { code, httpStatus: status } })
    }
    expect(reported).toEqual(calls.map(([, { method = 'GET' } = {}]) => [code, undefined, method]))
  },
)

test('headers that the hook set are kept', async () => {
  const { app, address } = await makeServer('onRequest', (reply) => {
    reply.header('retry-after', '7')
    return fail('Too many.', { statusCode: 429 })
  })
  await using _ = app
  expect((await fetch(`${address}/trpc/hello`)).headers.get('retry-after')).toBe('7')
})

test.for([
  [true, 'Bearer'],
  [false, null],
  [undefined, null],
])('headers of an error are sent if its message is: expose %s', async ([expose, expected]) => {
  const { app, address } = await makeServer('onRequest', () =>
    fail('Who are you?', { statusCode: 401, expose, headers: { 'www-authenticate': 'Bearer' } }),
  )
  await using _ = app
  const response = await fetch(`${address}/trpc/hello`)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, expected])
})

test('the official client sees a tRPC error', async () => {
  const { app, address } = await makeServer('onRequest', withStatus(429))
  await using _ = app
  const client = createTRPCClient<Router>({ links: [httpBatchLink({ url: `${address}/trpc` })] })
  await expect(client.hello.query()).rejects.toMatchObject({
    message: 'Too Many Requests.',
    data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429 },
  })
})

test('a formatter that strips the data leaves the status of the code', async () => {
  const stripping = initTRPC.create({
    errorFormatter: ({ shape: { code, message } }) => ({ code, message }),
  })
  await using app = fastify()
  app.addHook('onRequest', async () => fail('secret', { statusCode: 410 }))
  await app.register(fastifyTrpc, {
    router: stripping.router({ hello: stripping.procedure.query(() => 'hello') }),
    createContext: () => ({}),
  })
  const response = await fetch(`${await listen(app)}/trpc/hello`)
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({ error: { code: -32600, message: 'Gone.' } })
})
