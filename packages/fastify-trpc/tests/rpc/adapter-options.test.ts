import { TRPCError, initTRPC, lazy, tracked } from '@trpc/server'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import type { ResponseMetaFn } from '@trpc/server/http'
import { type FastifyRequest, fastify } from 'fastify'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

/** Preserves what JSON cannot, like superjson: dates and undefined. */
const transformer = {
  serialize: (value: unknown) => ({
    json: value ?? null,
    meta: value instanceof Date ? 'date' : typeof value,
  }),
  deserialize: ({ json, meta }: { json: unknown; meta?: string }) =>
    meta === 'date' ? new Date(String(json)) : json,
}

const create = <TFormat extends boolean>({ strips }: { strips: TFormat }) =>
  initTRPC.context<{ user: string }>().create({
    isDev: false,
    transformer,
    errorFormatter: ({ shape, ctx, input, path, type, error }) =>
      strips
        ? { code: shape.code, message: shape.message }
        : { ...shape, seen: { ctx, input, path, type, cause: error.cause?.message } },
  })

function makeRouter(strips: boolean) {
  const t = create({ strips })
  return t.router({
    hello: t.procedure.query(({ ctx }) => `hello ${ctx.user}`),
    date: t.procedure.input(z.date()).query(({ input }) => input),
    save: t.procedure.input(z.object({ n: z.number() })).mutation(({ input }) => input.n),
    fails: t.procedure.input(z.object({ n: z.number() }).optional()).query(() => {
      throw new TRPCError({ code: 'NOT_IMPLEMENTED', message: 'Not yet.' })
    }),
    throws: t.procedure.query(() => {
      throw new Error('secret')
    }),
    numbers: t.procedure.query(async function* numbers() {
      yield 1
      throw new TRPCError({ code: 'CONFLICT', message: 'It broke.' })
    }),
    events: t.procedure.input(z.object({ from: z.number() })).subscription(async function* events({ input }) {
      yield tracked('a', { at: new Date(0), from: input.from })
      throw new TRPCError({ code: 'CONFLICT', message: 'It broke.' })
    }),
    late: lazy(async () => ({ default: t.router({ hello: t.procedure.query(() => 'late') }) })),
  })
}
type Router = ReturnType<typeof makeRouter>

type Options = { strips?: boolean; allowMethodOverride?: boolean; responseMeta?: ResponseMetaFn<Router> }

const contextOf = ({ user = 'ada' }: { user?: string }) => {
  if (user === 'stranger') throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Stranger.' })
  if (user === 'broken') throw new Error('The context broke.')
  return { user }
}

type ErrorDetails = {
  error: TRPCError
  path?: string | undefined
  type: string
  input: unknown
  ctx: unknown
}

async function ask(address: string, path: string, init: RequestInit) {
  const response = await fetch(`${address}/trpc/${path}`, init)
  // Our plain responses have a Content-Length; tRPC's are chunked.
  const framing = new Set(['date', 'content-length', 'transfer-encoding'])
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !framing.has(name)))
  const body = await response.text()
  return { status: response.status, headers, cookies: response.headers.getSetCookie(), body }
}

/** The responses of both servers to a request, and their calls of onError. */
async function compare({ strips = false, ...options }: Options, path: string, init: RequestInit = {}) {
  const router = makeRouter(strips)
  const reported: { ours: unknown[]; official: unknown[] } = { ours: [], official: [] }
  const recordIn =
    (list: unknown[]) =>
    ({ error, path, type, input, ctx }: ErrorDetails) =>
      void list.push({ code: error.code, message: error.message, path, type, input, ctx })
  await using ours = fastify()
  const createContext = ({ req }: { req: FastifyRequest }) => contextOf(req.headers as object)
  await ours.register(fastifyTrpc<Router>, {
    router,
    createContext,
    rpc: options,
    onError: recordIn(reported.ours),
  })
  await using official = fastify()
  await official.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: { router, createContext, ...options, onError: recordIn(reported.official) },
  })
  // Twice, because lazy routers and malformed inputs may change the server's state.
  const askTwice = async (address: string) => [await ask(address, path, init), await ask(address, path, init)]
  return {
    answer: await askTwice(await listen(ours)),
    expected: await askTwice(await listen(official)),
    reported,
  }
}

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`
const n = (value: unknown) => ({ json: { n: value } })
const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const as = (user: string, headers: Record<string, string> = {}) => ({ headers: { user, ...headers } })
const jsonl = { 'trpc-accept': 'application/jsonl' }
const events = { accept: 'text/event-stream' }

const requests: [name: string, path: string, init?: RequestInit][] = [
  ['a query', 'hello'],
  ['a date', `date?${input(transformer.serialize(new Date(1)))}`],
  ['a mutation', 'save', post(n(1))],
  ['a query by POST', 'hello', post({ json: null })],
  ['a batch of queries by POST', 'hello,hello?batch=1', post({})],
  ['a mutation by GET', 'save'],
  ['a failure', `fails?${input(n(1))}`],
  ['an unexpected failure', 'throws'],
  ['an invalid input', 'save', post(n('x'))],
  ['a malformed input', 'fails?input={'],
  ['a batch', `hello,date?batch=1&${input({ 1: transformer.serialize(new Date(1)) })}`],
  ['a batch of failures', `hello,fails,throws,fails?batch=1&${input({ 1: n(1), 3: n('x') })}`],
  ['a batch of malformed input', 'fails,hello?batch=1&input={'],
  ['a batch with an input that breaks the transformer', `fails,hello?batch=1&${input({ 1: null })}`],
  ['a batch with an unknown path', 'hello,nowhere?batch=1'],
  ['an unknown path', 'nowhere'],
  ['a generator without a stream', 'numbers'],
  ['a generator in a batch', 'numbers,hello?batch=1'],
  ['a lazy router', 'late.hello'],
  ['a lazy router in a batch', 'late.hello,hello?batch=1'],
  ['a context that throws a TRPCError', 'hello', as('stranger')],
  ['a context that throws a TRPCError for a batch', 'hello,fails,nowhere?batch=1', as('stranger')],
  ['a context that throws an Error', 'hello', as('broken')],
  ['a context that throws an Error for a batch', 'hello,fails?batch=1', as('broken')],
  ['a context that throws for a stream', 'hello,fails?batch=1', as('stranger', jsonl)],
  [
    'a context that throws for a subscription',
    `events?${input({ json: { from: 1 } })}`,
    as('stranger', events),
  ],
  ['a stream', 'hello?batch=1', { headers: jsonl }],
  ['a stream that breaks', 'numbers?batch=1', { headers: jsonl }],
  ['a stream of a failure', `fails?batch=1&${input({ 0: n(1) })}`, { headers: jsonl }],
  ['a subscription', `events?${input({ json: { from: 1 } })}`, { headers: events }],
  ['a subscription with invalid input', `events?${input({ json: { from: 'x' } })}`, { headers: events }],
  ['HEAD', 'hello', { method: 'HEAD' }],
]

test.for(requests)(
  'headers, bodies and calls of onError equal those of the official adapter: %s',
  async ([, path, init]) => {
    const { answer, expected, reported } = await compare({}, path, init)
    expect(answer).toEqual(expected)
    expect(reported.ours).toEqual(reported.official)
  },
)

test.for(requests)(
  'the same with a formatter that strips the data, and queries by POST: %s',
  async ([, path, init]) => {
    const { answer, expected, reported } = await compare(
      { strips: true, allowMethodOverride: true },
      path,
      init,
    )
    expect(answer).toEqual(expected)
    expect(reported.ours).toEqual(reported.official)
  },
)

const metas: [name: string, responseMeta: ResponseMetaFn<Router>][] = [
  [
    'its arguments',
    // oxlint-disable-next-line typescript/no-deprecated -- tRPC 11 still passes it
    ({ type, paths, ctx, info, data, errors, eagerGeneration }) => ({
      headers: {
        'x-arguments': JSON.stringify({
          type,
          paths,
          ctx,
          data,
          errors: errors.map(({ code }) => code),
          eagerGeneration,
          info: info && {
            accept: info.accept,
            type: info.type,
            isBatchCall: info.isBatchCall,
            connectionParams: info.connectionParams,
            calls: info.calls.map((call) => [
              call.path,
              call.batchIndex,
              call.result(),
              call.procedure?._def.type,
            ]),
            aborted: info.signal.aborted,
            path: info.url?.pathname,
          },
        }),
      },
    }),
  ],
  ['a status', () => ({ status: 202 })],
  ['a status and nothing for failures', ({ errors }) => (errors.length > 0 ? {} : { status: 203 })],
  [
    'an object of headers',
    () => ({
      headers: {
        'cache-control': 'max-age=1',
        'set-cookie': ['a=1', 'b=2'],
        vary: 'x',
        'content-type': 'text/x',
      },
    }),
  ],
  [
    'Headers',
    () => ({
      headers: new Headers([
        ['cache-control', 'max-age=1'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['vary', 'x'],
      ]),
    }),
  ],
]

test.for(
  metas.flatMap(([what, meta]) => requests.map(([name, path, init]) => ({ what, meta, name, path, init }))),
)('responseMeta returns $what: $name', async ({ meta, path, init }) => {
  const { answer, expected } = await compare({ responseMeta: meta }, path, init)
  expect(answer).toEqual(expected)
})
