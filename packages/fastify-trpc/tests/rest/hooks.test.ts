import { TRPCError } from '@trpc/server'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { type Problem, fastifyTrpc } from '../../src/index.ts'
import { type SampleRouter, sampleRouter } from '../support/sample-router.ts'
import { listen, makeHost } from '../support/sample-servers.ts'

const options = { router: sampleRouter, createContext: () => ({ user: 'ada' }) }

async function answered(hook: 'onRequest' | 'preHandler', error: Error, path = '/books?limit=1') {
  const reported: unknown[] = []
  await using app = fastify()
  app.addHook(hook, async (_, reply) => {
    reply.header('x-hook', 'ran')
    throw error
  })
  await app.register(fastifyTrpc<SampleRouter>, {
    ...options,
    rest: {
      toProblem: ({ code }) =>
        code === 'FORBIDDEN' ? { code: 'BANNED', headers: { 'retry-after': '9' } } : undefined,
    },
    onError: (details) => reported.push([details.error, details.path, details.type, details.req.url]),
  })
  const response = await fetch(`${await listen(app)}/api${path}`)
  expect(response.headers.get('x-hook')).toBe('ran')
  return { response, problem: (await response.json()) as Problem, reported }
}

test.for(['onRequest', 'preHandler'] as const)(
  'a TRPCError of %s is answered as that of a procedure',
  async (hook) => {
    const forbidden = new TRPCError({ code: 'FORBIDDEN', message: 'Not today.' })
    const { response, problem, reported } = await answered(hook, forbidden)
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(response.headers.get('retry-after')).toBe('9')
    expect(problem).toMatchObject({ status: 403, code: 'BANNED', detail: 'Not today.' })
    expect(reported).toEqual([[forbidden, 'books.search', 'query', '/api/books?limit=1']])
  },
)

test('a 401 of a hook has WWW-Authenticate', async () => {
  const { response, problem } = await answered('onRequest', new TRPCError({ code: 'UNAUTHORIZED' }))
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  expect(problem.code).toBe('UNAUTHORIZED')
})

test('an internal error of a hook reveals nothing', async () => {
  const error = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'secret' })
  expect((await answered('onRequest', error)).problem).toMatchObject({
    status: 500,
    detail: 'Something went wrong.',
  })
})

test('an input that a hook rejects is a 422', async () => {
  const { error: cause } = z.object({ id: z.number(), limit: z.number() }).safeParse({ id: 1 })
  const refused = new TRPCError({ code: 'BAD_REQUEST', cause })
  expect((await answered('onRequest', refused)).problem).toMatchObject({
    status: 422,
    code: 'VALIDATION_FAILED',
    errors: [{ path: 'limit' }],
  })
})

test('a TRPCError of a hook keeps its status on unknown paths', async () => {
  const error = new TRPCError({ code: 'TOO_MANY_REQUESTS' })
  const { problem, reported } = await answered('onRequest', error, '/nowhere')
  expect(problem).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' })
  expect(reported).toEqual([[error, undefined, 'unknown', '/api/nowhere']])
})

test.for([
  [{ statusCode: 200 }, 500],
  [{ statusCode: 418 }, 418],
  [{ statusCode: 999 }, 500],
])('another error keeps its status if it is an error status: %o', async ([more, status]) => {
  const { response, problem } = await answered('onRequest', Object.assign(new Error('secret'), more))
  expect([response.status, problem.status]).toEqual([status, status])
  expect(JSON.stringify(problem)).not.toContain('secret')
})

test('a hook may set the status before it throws', async () => {
  await using server = await makeHost((app) =>
    app.addHook('onRequest', async (_, reply) => {
      reply.code(403)
      throw new Error('secret')
    }),
  )
  const response = await fetch(`${server.url}/api/books`)
  expect([response.status, ((await response.json()) as Problem).code]).toEqual([403, 'FORBIDDEN'])
})
