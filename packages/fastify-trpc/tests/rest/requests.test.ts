import type { FastifyInstance, InjectOptions } from 'fastify'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Problem, sendFastifyError } from '../../src/index.ts'
import { listen, makeServer } from '../support/sample-servers.ts'

let app: FastifyInstance

beforeAll(async () => {
  app = await makeServer()
})

afterAll(() => app.close())

const get = (url: string, headers: InjectOptions['headers'] = {}) =>
  app.inject({ url: `/api${url}`, headers })

type Body = { method?: 'POST' | 'PATCH' | 'DELETE'; headers?: Record<string, string> }

/** Sends an object as JSON, a string unchanged. */
const send = (url: string, payload: object | string, { method = 'POST', headers = {} }: Body = {}) =>
  app.inject({
    method,
    url: `/api${url}`,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })

const patch = (payload: object | string, headers: Record<string, string> = {}) =>
  send('/books/1', payload, { method: 'PATCH', headers })

type Answer = Awaited<ReturnType<typeof get>>

function problemOf(response: Answer): Problem {
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = response.json<Problem>()
  expect(problem.status).toBe(response.statusCode)
  return problem
}

describe('query parameters', () => {
  test.for([
    ['lent=false', { lent: false }],
    ['lent=true', { lent: true }],
    ['minPages=0', { minPages: 0 }],
    ['minPages=-1.5e3', { minPages: -1500 }],
    ['limit=5', { limit: 5 }],
    ['text=5', { text: '5' }],
    ['text=', { text: '' }],
    ['text=a%20b+c', { text: 'a b c' }],
    ['tags=a', { tags: ['a'] }],
    ['tags=a&tags=b', { tags: ['a', 'b'] }],
    ['tags=a,b', { tags: ['a,b'] }],
    ['years=1999&years=2000', { years: [1999, 2000] }],
    ['serial=12345678901234567890', { serial: '12345678901234567890n' }],
    ['size=small', { size: 'small' }],
    ['cursor=c1', { cursor: 'c1' }],
  ] as const)('%s', async ([query, expected]) => {
    const response = await get(`/books?${query}`)
    expect(response.json()).toEqual({ limit: 10, ...expected })
    expect(response.statusCode).toBe(200)
  })

  test.for([
    ['lent=1', 'lent'],
    ['lent=', 'lent'],
    ['lent=false&lent=false', 'lent'],
    ['text=a&text=b', 'text'],
    ['limit=1&limit=2', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=', 'limit'],
    ['limit=%201', 'limit'],
    ['limit=Infinity', 'limit'],
    ['limit=NaN', 'limit'],
    ['limit=51', 'limit'],
    ['years=1&years=x', 'years.1'],
    ['years=1&years=2&years=3&years=4', 'years'],
    ['size=many', 'size'],
    ['serial=1.5', 'serial'],
    ['unknown=1', 'unknown'],
    ['unknown=1&unknown=2', 'unknown'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
    ['toString=1', 'toString'],
  ] as const)('%s is rejected', async ([query, path]) => {
    const problem = problemOf(await get(`/books?${query}`))
    expect(problem).toMatchObject({ status: 422, code: 'VALIDATION_FAILED', title: 'Unprocessable Entity' })
    expect(problem.errors?.map((error) => error.path)).toEqual([path])
  })

  test('are ignored by an operation without an input', async () => {
    expect((await get('/books/newest?utm=1')).statusCode).toBe(200)
  })

  test('are rejected if the operation has a body', async () => {
    const problem = problemOf(await send('/books?title=b', { title: 'a' }))
    expect(problem).toMatchObject({ status: 422, errors: [{ path: 'title' }] })
  })

  test('that are opaque and malformed give 400', async () => {
    await using server = await makeServer({ rest: { malformedFields: ['cursor'] } })
    const response = await server.inject({ url: '/api/books?cursor=x' })
    expect(problemOf(response)).toMatchObject({
      status: 400,
      code: 'MALFORMED',
      errors: [{ path: 'cursor' }],
    })
  })
})

describe('path parameters', () => {
  test('are decoded', async () => {
    expect((await get('/books/12?long=true')).json()).toEqual({ id: 12, title: 'a long title', version: 3 })
  })

  test.for(['abc', '0', '1.5', '%20', '1e400'])('%s is malformed', async (id) => {
    expect(problemOf(await get(`/books/${id}`))).toMatchObject({
      status: 400,
      code: 'MALFORMED',
      instance: `/api/books/${id}`,
      errors: [{ path: 'id' }],
    })
  })

  test('that are malformed get problems if the server uses sendFastifyError', async () => {
    await using server = await makeServer(
      {},
      { frameworkErrors: (error, _, reply) => void sendFastifyError(reply, error) },
    )
    const broken = await server.inject({ url: '/api/books/%ff' })
    expect(problemOf(broken)).toMatchObject({ status: 400, code: 'MALFORMED' })
    const long = await server.inject({ url: `/api/books/${'1'.repeat(6_000)}` })
    expect(problemOf(long)).toMatchObject({ status: 414, code: 'URI_TOO_LONG', detail: 'URI Too Long.' })
  })

  test('yield to a static path', async () => {
    expect((await get('/books/newest')).json()).toMatchObject({ title: 'newest' })
  })

  test('cannot be sent in another way', async () => {
    expect(problemOf(await patch({ id: 2, title: 'a' }))).toMatchObject({
      status: 422,
      errors: [{ path: 'id' }],
    })
    expect(problemOf(await get('/books/1?id=2'))).toMatchObject({ status: 422, errors: [{ path: 'id' }] })
  })
})

describe('success', () => {
  test('a creation is 201 with a Location', async () => {
    const response = await send('/books', { title: 'Emma' })
    expect(response.statusCode).toBe(201)
    expect(response.headers).toMatchObject({
      location: '/api/books/7',
      etag: '"1"',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(response.json()).toEqual({ id: 7, title: 'Emma', version: 1 })
  })

  test('without an output is 204 without a body', async () => {
    const response = await app.inject({ method: 'DELETE', url: '/api/books/1' })
    expect(response.statusCode).toBe(204)
    expect(response.body).toBe('')
    expect(response.headers['content-type']).toBeUndefined()
  })

  test('HEAD is GET without the body', async () => {
    await using server = await makeServer()
    const address = await listen(server)
    const response = await fetch(`${address}/api/books/1`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toBe('"3"')
    expect(Number(response.headers.get('content-length'))).toBe((await get('/books/1')).rawPayload.length)
    expect(await response.text()).toBe('')
    const missing = await fetch(`${address}/api/books/404`, { method: 'HEAD' })
    expect([missing.status, await missing.text()]).toEqual([404, ''])
  })

  test('the prefix is part of Location', async () => {
    await using server = await makeServer({ rest: { prefix: '/v2' } })
    const response = await server.inject({ method: 'POST', url: '/v2/books', payload: { title: 'a' } })
    expect(response.headers['location']).toBe('/v2/books/7')
  })

  test('REST can be left out', async () => {
    await using server = await makeServer({ rest: false })
    expect((await server.inject({ url: '/api/books' })).statusCode).toBe(404)
  })
})

describe('conditional requests', () => {
  test.for(['"3"', 'W/"3"', '"1", "3"', '*'])('If-None-Match: %s is 304', async (tag) => {
    const response = await get('/books/1', { 'if-none-match': tag })
    expect(response.statusCode).toBe(304)
    expect(response.headers['etag']).toBe('"3"')
    expect(response.body).toBe('')
  })

  test.for(['"2"', '3', 'W/"2"', ''])('If-None-Match: %s is 200', async (tag) => {
    const response = await get('/books/1', { 'if-none-match': tag })
    expect(response.statusCode).toBe(200)
    expect(response.headers['etag']).toBe('"3"')
  })

  test('If-Match with the current version writes', async () => {
    const response = await patch({ title: 'b' }, { 'if-match': '"3"' })
    expect(response.json()).toEqual({ id: 1, title: 'b', version: 4 })
    expect(response.headers['etag']).toBe('"4"')
  })

  test('If-Match with another version reaches the procedure', async () => {
    expect(problemOf(await patch({ title: 'b' }, { 'if-match': '"2"' }))).toMatchObject({
      status: 412,
      code: 'PRECONDITION_FAILED',
      detail: 'It is 3, not 2.',
    })
  })

  test.for(['3', 'W/"3"', '"x"', '"1", "3"', '"-1"', ''])('If-Match: %s matches nothing', async (tag) => {
    expect(problemOf(await patch({ title: 'b' }, { 'if-match': tag }))).toMatchObject({ status: 412 })
  })

  test.for(['*', ' * '])('If-Match: %s is any version', async (tag) => {
    expect((await patch({ title: 'b' }, { 'if-match': tag })).statusCode).toBe(200)
  })

  test('If-Match can be required', async () => {
    const rename = (headers: Record<string, string>) =>
      app.inject({ method: 'PUT', url: '/api/books/1/title', payload: { title: 'b' }, headers })
    expect((await rename({ 'if-match': '"3"' })).statusCode).toBe(204)
    expect(problemOf(await rename({}))).toMatchObject({ status: 422, errors: [{ path: 'version' }] })
  })

  test('the version cannot be sent in the body', async () => {
    expect(problemOf(await patch({ ifVersion: 3 }))).toMatchObject({
      status: 422,
      errors: [{ path: 'ifVersion' }],
    })
  })
})

describe('methods and paths', () => {
  test.for([
    ['PUT', '/books', 'GET, POST, HEAD, OPTIONS'],
    ['DELETE', '/books', 'GET, POST, HEAD, OPTIONS'],
    ['POST', '/books/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['POST', '/books/newest', 'GET, HEAD, OPTIONS'],
    ['GET', '/books/1/lend', 'POST, OPTIONS'],
  ] as const)('%s %s is 405', async ([method, path, allow]) => {
    const response = await app.inject({ method, url: `/api${path}`, payload: 'x' })
    expect(problemOf(response)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
    expect(response.headers['allow']).toBe(allow)
  })

  test('HEAD of a path without GET is 405', async () => {
    const response = await app.inject({ method: 'HEAD', url: '/api/books/1/lend' })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('POST, OPTIONS')
  })

  test('an unknown path is a problem', async () => {
    const response = await get('/nowhere?a=1')
    expect(problemOf(response)).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing at this path.',
      instance: '/api/nowhere',
      code: 'NOT_FOUND',
      requestId: expect.any(String),
    })
  })

  test('procedures without meta.openapi are not served', async () => {
    expect((await get('/hello')).statusCode).toBe(404)
  })

  test('routes know their path in the document', async () => {
    await using server = await makeServer()
    const served: unknown[] = []
    server.addHook('onResponse', async (request) => served.push(request.routeOptions.config.trpc))
    await server.inject({ url: '/api/books/1' })
    expect(served).toEqual([
      { path: 'books.get', type: 'query', transport: 'rest', openApiPath: '/api/books/{id}' },
    ])
  })
})

describe('bodies', () => {
  test('an unsupported content type gets the list of accepted ones', async () => {
    const posted = await send('/books', 'title=a', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(problemOf(posted)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' })
    expect(posted.headers['accept-post']).toBe('application/json')
    const patched = await patch('<a/>', { 'content-type': 'application/xml' })
    expect(problemOf(patched).status).toBe(415)
    expect(patched.headers['accept-patch']).toBe('application/json, application/merge-patch+json')
  })

  test('a merge patch is accepted where the operation allows it', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' }
    expect((await patch({ title: 'b' }, headers)).json()).toMatchObject({ title: 'b' })
    const posted = await send('/books', { title: 'a' }, { headers })
    expect(problemOf(posted).status).toBe(415)
    expect(posted.headers['accept-post']).toBe('application/json')
    const capitals = { headers: { 'content-type': 'Application/Merge-Patch+JSON' } }
    expect(problemOf(await send('/books', { title: 'a' }, capitals)).status).toBe(415)
    expect(problemOf(await patch('{', headers)).status).toBe(400)
  })

  test.for(['{"title":', 'title', '{"title":"a"}}', '\u0000'])('%s is malformed', async (text) => {
    expect(problemOf(await send('/books', text))).toMatchObject({ status: 400, code: 'MALFORMED' })
  })

  test.for(['[]', '[{"title":"a"}]', '"a"', '1', 'true', 'null'])('%s is no object', async (text) => {
    expect(problemOf(await send('/books', text))).toMatchObject({
      status: 422,
      errors: [{ path: '', message: expect.stringMatching(/^Invalid input: expected object, received /) }],
    })
  })

  test.for(['{"__proto__":{"title":"a"}}', '{"title":"a","constructor":{"prototype":{"a":1}}}'])(
    '%s is rejected',
    async (text) => {
      expect(problemOf(await send('/books', text)).status).toBeGreaterThanOrEqual(400)
      expect(({} as { title?: string }).title).toBeUndefined()
    },
  )

  test('with a hundred thousand levels are rejected', async () => {
    const deep = `{"title":${'['.repeat(1e5)}${']'.repeat(1e5)}}`
    expect(problemOf(await send('/books', deep)).status).toBe(422)
    const deepKeys = `{"title":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`
    expect(problemOf(await send('/books', deepKeys)).status).toBe(422)
  })

  test('that are empty but declared JSON are malformed', async () => {
    expect(problemOf(await send('/books', ''))).toMatchObject({ status: 400, detail: 'The body is empty.' })
  })

  test('that are missing are the empty object', async () => {
    const response = await app.inject({ method: 'POST', url: '/api/books' })
    expect(problemOf(response)).toMatchObject({ status: 422, errors: [{ path: 'title' }] })
    expect((await app.inject({ method: 'POST', url: '/api/books/1/lend' })).json()).toEqual({ lent: true })
  })

  test('that are too large are 413', async () => {
    expect(problemOf(await send('/books', { title: 'x'.repeat(2 ** 20) }))).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    })
  })

  test('with unknown members are rejected with their names', async () => {
    expect(problemOf(await send('/books', { title: 'a', author: 'b', isbn: 1 }))).toMatchObject({
      status: 422,
      detail: 'The input is not valid.',
      errors: [
        { path: 'author', message: 'Unknown field' },
        { path: 'isbn', message: 'Unknown field' },
      ],
    })
  })

  test('are not decoded: "5" is not a number', async () => {
    expect(problemOf(await send('/books', { title: 'a', pages: '5' }))).toMatchObject({
      status: 422,
      errors: [{ path: 'pages' }],
    })
  })

  test('of DELETE are not part of the input', async () => {
    const response = await send('/books/1', { unknown: 1 }, { method: 'DELETE' })
    expect(response.statusCode).toBe(204)
  })
})

describe('failures', () => {
  test('a TRPCError has its status, code and message', async () => {
    expect(problemOf(await get('/failing/known'))).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      detail: 'Not for you.',
    })
  })

  test('an Error shows only the id of the request', async () => {
    const response = await get('/failing/unknown')
    expect(problemOf(response)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong.',
      instance: '/api/failing/unknown',
      code: 'INTERNAL_SERVER_ERROR',
      requestId: expect.stringMatching(/^req-/),
    })
  })

  test('an error of createContext is masked as well, and reaches onError', async () => {
    const reported: unknown[] = []
    await using server = await makeServer({
      createContext: () => {
        throw new Error('secret of the context')
      },
      onError: ({ error, path, type, input, ctx, req }) =>
        reported.push([error.message, path, type, input, ctx, req.url]),
    })
    const response = await server.inject({ url: '/api/books?limit=1' })
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('secret')
    expect(reported).toEqual([
      ['secret of the context', 'books.search', 'query', { limit: 1 }, undefined, '/api/books?limit=1'],
    ])
  })

  test.for([
    [429, 'TOO_MANY_REQUESTS', 'Too Many Requests.'],
    [503, 'SERVICE_UNAVAILABLE', 'Service Unavailable.'],
    [502, 'INTERNAL_SERVER_ERROR', 'Something went wrong.'],
  ] as const)('a hook that throws %s is a problem', async ([statusCode, code, detail]) => {
    const reported: unknown[] = []
    await using server = await makeServer({ onError: ({ error }) => reported.push(error.message) })
    server.addHook('preHandler', async () => {
      throw Object.assign(new Error('secret of the hook'), { statusCode })
    })
    const problem = problemOf(await server.inject({ url: '/api/books' }))
    expect(problem).toMatchObject({ status: statusCode === 502 ? 500 : statusCode, code, detail })
    expect(reported).toEqual(statusCode === 429 ? [] : ['secret of the hook'])
  })

  test('a 401 has WWW-Authenticate', async () => {
    expect((await get('/failing/unauthorized')).headers['www-authenticate']).toBe('Bearer')
    await using server = await makeServer({ rest: { wwwAuthenticate: 'Bearer realm="books"' } })
    const response = await server.inject({ url: '/api/failing/unauthorized' })
    expect(response.headers['www-authenticate']).toBe('Bearer realm="books"')
  })

  test('the application can override the problem', async () => {
    await using server = await makeServer({
      rest: {
        toProblem: ({ code }) =>
          code === 'FORBIDDEN'
            ? {
                status: 409,
                code: 'LENT',
                headers: { 'retry-after': '60' },
                errors: [{ path: 'id', message: 'Is lent' }],
              }
            : undefined,
      },
    })
    const response = await server.inject({ url: '/api/failing/known' })
    expect(problemOf(response)).toMatchObject({
      status: 409,
      title: 'Conflict',
      code: 'LENT',
      detail: 'Not for you.',
      errors: [{ path: 'id', message: 'Is lent' }],
    })
    expect(response.headers['retry-after']).toBe('60')
    expect((await server.inject({ url: '/api/failing/unknown' })).statusCode).toBe(500)
  })
})

test('REST does not change the schemas: RPC rejects "5" for a number', async () => {
  expect((await get('/books?limit=5')).json()).toMatchObject({ limit: 5 })
  expect((await get('/books/5')).statusCode).toBe(200)
  const input = encodeURIComponent('{"limit":"5"}')
  expect((await app.inject({ url: `/trpc/books.search?input=${input}` })).statusCode).toBe(400)
  const id = encodeURIComponent('{"id":"5"}')
  expect((await app.inject({ url: `/trpc/books.get?input=${id}` })).statusCode).toBe(400)
})

test('a body shorter than its Content-Length does no harm', async () => {
  await using server = await makeServer()
  const address = await listen(server)
  await new Promise<void>((resolve) => {
    const request = httpRequest(`${address}/api/books`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    })
    request.on('error', () => resolve())
    request.write('{"title"', () => request.destroy())
    request.on('close', () => resolve())
  })
  expect((await fetch(`${address}/api/books/1`, { headers: { connection: 'close' } })).status).toBe(200)
})
