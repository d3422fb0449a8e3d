import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
} from '@trpc/client'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SampleRouter } from '../support/sample-router.ts'
import { listen, makeOfficialServer, makeServer } from '../support/sample-servers.ts'

let ours: FastifyInstance
let official: FastifyInstance
let url: string
let officialUrl: string

beforeAll(async () => {
  ours = await makeServer()
  official = await makeOfficialServer()
  url = await listen(ours)
  officialUrl = await listen(official)
})

afterAll(() => Promise.all([ours.close(), official.close()]))

type Request = [name: string, path: string, init?: RequestInit]

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body,
})

const jsonl: RequestInit = { headers: { 'trpc-accept': 'application/jsonl' } }
const eventStream = (headers: Record<string, string> = {}): RequestInit => ({
  headers: { accept: 'text/event-stream', ...headers },
})

const longName = 'aProcedureWithAVeryLongNameThatMakesBatchesOfItLong'
const twenty = Array.from({ length: 20 }, () => longName).join(',')

const requests: Request[] = [
  ['query', `echo?${input({ text: 'a "quoted" ü \u2028' })}`],
  ['query without an input', 'hello'],
  ['query with the context', 'whoAmI'],
  ['query whose input is optional', 'optional'],
  ['query with an input it does not take', `hello?${input({ any: 1 })}`],
  ['nested query', `books.get?${input({ id: 1 })}`],
  ['query with an unknown parameter', 'hello?utm_source=x'],
  ['repeated input', `echo?${input({ text: 'a' })}&${input({ text: 'b' })}`],
  ['mutation', 'double', post('{"n":4}')],
  [
    'mutation, content type with charset',
    'double',
    post('{"n":4}', { 'content-type': 'application/json; charset=utf-8' }),
  ],
  ['mutation, content type in capitals', 'double', post('{"n":4}', { 'content-type': 'Application/JSON' })],
  ['query with a content type', 'hello', { headers: { 'content-type': 'application/json' } }],
  ['query with a content type other than JSON', 'hello', { headers: { 'content-type': 'text/plain' } }],
  ['query with a multipart content type', 'hello', { headers: { 'content-type': 'multipart/form-data' } }],
  ['mutation with an empty body', 'bump', post('')],
  ['mutation without a body', 'bump', { method: 'POST' }],
  ['mutation with null', 'bump', post('null')],
  ['mutation with a void output', 'nothing', post('{}')],
  ['batch of queries', `hello,echo?batch=1&${input({ 1: { text: 'a' } })}`],
  ['batch of mutations', 'double,bump?batch=1', post('{"0":{"n":1}}')],
  ['batch with a partial failure', `hello,failing.known,echo?batch=1&${input({ 2: { text: 'a' } })}`],
  ['batch that fails in the same way', 'failing.known,failing.known?batch=1'],
  ['batch with an unknown path', 'hello,nowhere?batch=1'],
  ['batch of a query and a mutation', 'hello,bump?batch=1'],
  ['batch of one', `echo?batch=1&${input({ 0: { text: 'a' } })}`],
  ['batch of one mutation', 'double?batch=1', post('{"0":{"n":3}}')],
  ['batch=0', 'hello?batch=0'],
  ['batch of malformed JSON', 'echo,echo?batch=1&input={'],
  ['batch of malformed JSON that is not read', 'hello,hello?batch=1&input={'],
  ['batch of malformed JSON that one call reads', 'hello,echo?batch=1&input={'],
  ['batch whose input is a list', `echo?batch=1&${input([{ text: 'a' }])}`],
  ['batch whose input is null', 'echo,hello?batch=1&input=null'],
  ['batch whose input is a text', 'double,bump?batch=1', post('"x"')],
  ['batch by POST without a body', 'bump,bump?batch=1', { method: 'POST' }],
  ['batch by POST with an empty body', 'bump,double?batch=1', post('')],
  ['batch of malformed JSON by POST', 'bump,double?batch=1', post('{')],
  ['batch of queries by POST', 'hello,hello?batch=1', post('{}')],
  ['batch of mutations by GET', 'bump,bump?batch=1'],
  ['batch with an empty path', 'hello,?batch=1'],
  ['batch with __proto__', 'hello,__proto__?batch=1'],
  ['malformed percent signs in the input', 'echo?input={"text":"%ff%zz"}'],
  ['percent signs in the input', `echo?${input({ text: '100 %41' })}`],
  ['plus signs in the input', 'echo?input={"text":"a+b%2Bc"}'],
  ['batch of twenty long names', `${twenty}?batch=1`],
  ['comma without batch', 'hello,hello'],
  ['unknown path', 'nowhere'],
  ['unknown path by POST', 'nowhere', post('{}')],
  ['unknown nested path', 'books.nowhere'],
  ['path of a router', 'books'],
  ['path of Object.prototype', 'toString'],
  ['encoded path', 'hello%2Chello?batch=1'],
  ['malformed path', 'hello%ff'],
  ['mutation by GET', 'bump'],
  ['query by POST', 'hello', post('{}')],
  ['query by PUT', 'hello', { ...post('{}'), method: 'PUT' }],
  ['query by PATCH', 'hello', { ...post('{}'), method: 'PATCH' }],
  ['query by OPTIONS', 'hello', { method: 'OPTIONS' }],
  ['query by DELETE', 'hello', { method: 'DELETE' }],
  ['malformed JSON by GET', 'echo?input={'],
  ['malformed JSON by GET, no input taken', 'hello?input={'],
  ['empty input by GET', 'echo?input='],
  ['malformed JSON by POST', 'double', post('{"n":')],
  ['malformed JSON by POST, no input taken', 'bump', post('{')],
  ['missing input by GET', 'echo'],
  ['missing input by POST', 'double', { method: 'POST' }],
  ['missing input by POST, empty', 'double', post('')],
  ['invalid input by GET', `echo?${input({ text: 1 })}`],
  ['invalid input by POST', 'double', post('{"n":"4"}')],
  ['__proto__ in the input', 'double', post('{"n":4,"__proto__":{"a":1}}')],
  ['thrown TRPCError', 'failing.known'],
  ['thrown Error', 'failing.unknown'],
  ['thrown text', 'failing.text'],
  ['thrown undefined', 'failing.nothing'],
  ['thrown object', 'failing.object'],
  ['thrown non-errors in a batch', 'failing.text,failing.nothing,failing.object?batch=1'],
  ['output that is not JSON', 'failing.cycle'],
  ['output that is not JSON, in a batch', 'hello,failing.cycle?batch=1'],
  ['promise in an output', 'failing.promise'],
  ['promise in an output, in a batch', 'hello,failing.promise?batch=1'],
  ['generator in a batch without a stream', 'hello,numbers?batch=1'],
  ['generator in a list', 'failing.listed'],
  ['middleware that forgets to return', 'failing.forgetful'],
  ['middleware that changes context and input', `changed?${input({ text: 'a', more: 1 })}`],
  ['output that breaks its schema', 'failing.output'],
  ['HEAD', 'hello', { method: 'HEAD' }],
  ['HEAD of a mutation', 'bump', { method: 'HEAD' }],
  ['HEAD of an unknown path', 'nowhere', { method: 'HEAD' }],
  ['HEAD of a failure', 'failing.known', { method: 'HEAD' }],
  ['jsonl stream', `hello,echo?batch=1&${input({ 1: { text: 'a' } })}`, jsonl],
  ['jsonl stream of one', 'hello?batch=1', jsonl],
  ['jsonl stream by Accept', 'hello?batch=1', { headers: { accept: 'application/jsonl' } }],
  ['jsonl without batch, by Accept', 'hello', { headers: { accept: 'application/jsonl' } }],
  ['unknown trpc-accept', 'hello', { headers: { 'trpc-accept': 'text/html' } }],
  ['batch by a flag of another value', 'hello,whoAmI?batch=true'],
  ['repeated batch flag', 'hello,whoAmI?batch=1&batch=1'],
  ['jsonl stream without batch', 'hello', jsonl],
  ['jsonl stream with a failure', 'hello,failing.known?batch=1', jsonl],
  ['jsonl stream of a generator', 'numbers?batch=1', jsonl],
  ['generator without a stream', 'numbers'],
  ['subscription', `live.count?${input({ to: 3 })}`, eventStream()],
  ['subscription without Accept', `live.count?${input({ to: 1 })}`],
  ['subscription resumed by header', `live.count?${input({ to: 4 })}`, eventStream({ 'last-event-id': '2' })],
  ['subscription resumed by query', `live.count?${input({ to: 4 })}&lastEventId=2`, eventStream()],
  [
    'subscription resumed by header and by query',
    `live.count?${input({ to: 4 })}&lastEventId=1`,
    eventStream({ 'last-event-id': '3' }),
  ],
  ['subscription resumed by its input', `live.count?${input({ to: 4, lastEventId: '2' })}`, eventStream()],
  ['subscription that breaks', 'live.breaks', eventStream()],
  ['subscription with invalid input', `live.count?${input({ to: 'x' })}`, eventStream()],
  ['subscription with connection parameters', `live.count?${input({ to: 1 })}&connectionParams={"a":"b"}`],
  ['malformed connection parameters', 'hello?connectionParams={'],
  ['connection parameters', 'hello?connectionParams={"a":"b"}'],
  ['subscription by POST', 'live.count', post('{"to":1}')],
  ['subscription in a batch', 'hello,live.count?batch=1'],
]

async function ask(base: string, path: string, init: RequestInit = {}) {
  const response = await fetch(`${base}/trpc/${path}`, { ...init, signal: AbortSignal.timeout(5_000) })
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    vary: response.headers.get('vary'),
    allow: response.headers.get('allow'),
    body: await response.text(),
  }
}

describe('responds as the official adapter does', () => {
  test.for(requests)('%s', async ([, path, init]) => {
    expect(await ask(url, path, init)).toEqual(await ask(officialUrl, path, init))
  })
})

describe('differs where Fastify would send its own error', () => {
  const problemOf = async (response: Response) => {
    const { error } = (await response.json()) as { error: { data: { code: string; httpStatus: number } } }
    return { status: response.status, ...error.data }
  }

  test('a body that is too large gets an error in the envelope', async () => {
    const response = await fetch(`${url}/trpc/double`, post(JSON.stringify('x'.repeat(2 ** 20))))
    expect(await problemOf(response)).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      httpStatus: 413,
    })
    const theirs = await fetch(`${officialUrl}/trpc/double`, post(JSON.stringify('x'.repeat(2 ** 20))))
    expect(await theirs.json()).toMatchObject({ code: 'FST_ERR_CTP_BODY_TOO_LARGE' })
  })

  test.for(['text/plain', 'multipart/form-data; boundary=x', 'application/octet-stream'])(
    'a body of %s gets an error in the envelope',
    async (contentType) => {
      const response = await fetch(`${url}/trpc/double`, post('{"n":1}', { 'content-type': contentType }))
      expect(await problemOf(response)).toMatchObject({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
        httpStatus: 415,
      })
    },
  )

  test('an error before the procedure reveals nothing', async () => {
    const app = await makeServer({
      createContext: () => {
        throw new Error('secret of the context')
      },
    })
    const response = await app.inject({ url: '/trpc/hello' })
    expect(response.statusCode).toBe(500)
    await app.close()
  })

  test('a batch may have a hundred calls, or maxBatchSize', async () => {
    const hundred = Array.from({ length: 101 }, () => 'hello').join(',')
    expect((await fetch(`${url}/trpc/${hundred}?batch=1`)).status).toBe(400)
    const app = await makeServer({ rpc: { maxBatchSize: 1 } })
    expect((await app.inject({ url: '/trpc/hello?batch=1' })).statusCode).toBe(200)
    expect((await app.inject({ url: '/trpc/hello,hello?batch=1' })).statusCode).toBe(400)
    await app.close()
  })
})

test('onError receives each error with its call and request', async () => {
  const reported: unknown[] = []
  await using app = await makeServer({
    onError: ({ error, path, type, input, ctx, req }) =>
      reported.push([error.code, path, type, input, ctx, req.method]),
  })
  const user = { user: 'ada' }
  await app.inject({ url: '/trpc/failing.unknown' })
  await app.inject({ url: '/trpc/failing.known,hello?batch=1' })
  await app.inject({ url: '/trpc/nowhere' })
  await app.inject({ method: 'POST', url: '/trpc/double', payload: { n: '1' } })
  expect(reported).toEqual([
    ['INTERNAL_SERVER_ERROR', 'failing.unknown', 'query', undefined, user, 'GET'],
    ['FORBIDDEN', 'failing.known', 'query', undefined, user, 'GET'],
    ['NOT_FOUND', 'nowhere', 'unknown', undefined, user, 'GET'],
    ['BAD_REQUEST', 'double', 'mutation', { n: '1' }, user, 'POST'],
  ])
})

test('a batch of twenty long names works with default settings', async () => {
  await using app = await makeServer({}, { routerOptions: {} })
  const response = await app.inject({ url: `/trpc/${twenty}?batch=1` })
  expect(response.statusCode).toBe(200)
  expect(response.json()).toHaveLength(20)
})

test('queries by POST are served if allowed', async () => {
  await using app = await makeServer({ rpc: { allowMethodOverride: true } })
  const call = (path: string, payload: object) =>
    app.inject({ method: 'POST', url: `/trpc/${path}`, payload })
  expect((await call('echo', { text: 'a' })).json()).toEqual({ result: { data: { text: 'a' } } })
  expect((await call('echo?batch=1', { 0: { text: 'a' } })).json()).toEqual([
    { result: { data: { text: 'a' } } },
  ])
  expect((await app.inject({ url: '/trpc/double' })).statusCode).toBe(405)
})

test('createContext receives the connection parameters', async () => {
  await using app = await makeServer({
    createContext: ({ info }) => ({ user: info?.connectionParams?.['user'] ?? 'stranger' }),
  })
  const parameters = encodeURIComponent('{"user":"bob"}')
  const known = await app.inject({ url: `/trpc/whoAmI?connectionParams=${parameters}` })
  expect(known.json()).toEqual({ result: { data: 'bob' } })
  expect((await app.inject({ url: '/trpc/whoAmI' })).json()).toEqual({ result: { data: 'stranger' } })
})

test('routes know which procedure they serve', async () => {
  const app = await makeServer()
  const served: unknown[] = []
  app.addHook('onResponse', async (request) => served.push(request.routeOptions.config.trpc))
  await app.inject({ url: '/trpc/hello' })
  await app.inject({ url: '/trpc/hello,hello?batch=1' })
  expect(served).toEqual([
    { path: 'hello', type: 'query', transport: 'rpc' },
    { path: '*', transport: 'rpc' },
  ])
  await app.close()
})

test('streams are not compressed, because that would delay their parts', async () => {
  await using app = await makeServer()
  const markers: unknown[] = []
  app.addHook('onSend', async ({ headers }) => void markers.push(headers['x-no-compression']))
  await app.inject({ url: '/trpc/numbers?batch=1', headers: { 'trpc-accept': 'application/jsonl' } })
  await app.inject({ url: `/trpc/live.count?${input({ to: 1 })}`, headers: { accept: 'text/event-stream' } })
  await app.inject({ url: '/trpc/hello,hello?batch=1' })
  expect(markers).toEqual(['1', '1', undefined])
})

test('RPC can be disabled or get another prefix', async () => {
  await using without = await makeServer({ rpc: false })
  expect((await without.inject({ url: '/trpc/hello' })).statusCode).toBe(404)
  await using elsewhere = await makeServer({ rpc: { prefix: '/rpc' } })
  expect((await elsewhere.inject({ url: '/rpc/hello' })).json()).toEqual({ result: { data: 'hello' } })
})

describe('close', () => {
  test.for([
    ['subscription', `live.count?${input({})}`, eventStream()],
    ['stream', 'live.ticks?batch=1', jsonl],
  ] as const)('does not wait for an open %s', async ([, path, init]) => {
    const app = await makeServer()
    const address = await listen(app)
    const response = await fetch(`${address}/trpc/${path}`, init)
    const reader = response.body!.getReader()
    await reader.read()
    await app.close()
    const readToEnd = async () => {
      while (!(await reader.read()).done);
    }
    await expect(readToEnd()).rejects.toThrow('terminated')
  })

  test('does not wait for a stream that starts while it closes', async () => {
    const started = Promise.withResolvers<void>()
    const closing = Promise.withResolvers<void>()
    const app = await makeServer({
      createContext: async () => {
        started.resolve()
        await closing.promise
        return { user: 'ada' }
      },
    })
    const address = await listen(app)
    const answer = fetch(`${address}/trpc/live.count?${input({})}`, eventStream())
    const outcome = answer.then(
      () => 'answered',
      () => 'broken',
    )
    await started.promise
    const closed = app.close()
    setTimeout(closing.resolve, 50)
    await closed
    expect(await outcome).toBe('broken')
  })

  test('lets a plain call finish', async () => {
    let entered = 0
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const app = await makeServer({
      createContext: async () => {
        entered += 1
        await released
        return { user: 'ada' }
      },
    })
    const address = await listen(app)
    // Otherwise Fastify waits until the client ends the connection.
    const headers = { connection: 'close' }
    const answers = ['hello', 'hello,hello?batch=1'].map((path) =>
      fetch(`${address}/trpc/${path}`, { headers }),
    )
    await expect.poll(() => entered).toBe(2)
    const closed = app.close()
    release()
    await closed
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
  })
})

test.for([
  ['an RPC call', '/trpc/live.wait', {}],
  ['a batch', '/trpc/live.wait,live.wait?batch=1', {}],
  ['a subscription', `/trpc/live.count?${input({})}`, eventStream()],
  ['a REST call', '/api/live/wait', {}],
] as const)('%s is aborted when its client disconnects', async ([, path, init]) => {
  const onEnd = vi.fn<() => void>()
  const createContext = vi.fn<() => { user: string; onEnd: () => void }>(() => ({ user: 'ada', onEnd }))
  await using app = await makeServer({ createContext })
  const client = new AbortController()
  const address = await listen(app)
  const answer = fetch(`${address}${path}`, { ...init, signal: client.signal }).catch(() => undefined)
  await vi.waitFor(() => expect(createContext).toHaveBeenCalled())
  client.abort()
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalled())
  await answer
})

describe('the official client', () => {
  test.for([
    ['httpLink', httpLink],
    ['httpBatchLink', httpBatchLink],
    ['httpBatchStreamLink', httpBatchStreamLink],
  ] as const)('works with %s', async ([, link]) => {
    const client = createTRPCClient<SampleRouter>({ links: [link({ url: `${url}/trpc` })] })
    expect(
      await Promise.all([
        client.hello.query(),
        client.echo.query({ text: 'ü' }),
        client.books.newest.query(),
      ]),
    ).toEqual(['hello', { text: 'ü' }, { id: 99, title: 'newest', version: 1 }])
    expect(await client.double.mutate({ n: 21 })).toBe(42)
    expect(await client.bump.mutate()).toBe('bumped')
    expect(await client.nothing.mutate()).toBeUndefined()
    await expect(client.failing.known.query()).rejects.toMatchObject({
      message: 'Not for you.',
      data: { code: 'FORBIDDEN', httpStatus: 403, path: 'failing.known' },
    })
  })

  test('streams a generator', async () => {
    const client = createTRPCClient<SampleRouter>({ links: [httpBatchStreamLink({ url: `${url}/trpc` })] })
    const numbers: number[] = []
    for await (const number of await client.numbers.query()) numbers.push(number)
    expect(numbers).toEqual([1, 2])
  })

  test('subscribes', async () => {
    const client = createTRPCClient<SampleRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: httpSubscriptionLink({ url: `${url}/trpc` }),
          false: httpLink({ url: `${url}/trpc` }),
        }),
      ],
    })
    const events: unknown[] = []
    await new Promise<void>((resolve, reject) => {
      client.live.count.subscribe(
        { to: 3 },
        { onData: (event) => events.push(event), onError: reject, onComplete: resolve },
      )
    })
    expect(events).toEqual([
      { id: '1', data: { next: 1 } },
      { id: '2', data: { next: 2 } },
      { id: '3', data: { next: 3 } },
    ])
  })
})
