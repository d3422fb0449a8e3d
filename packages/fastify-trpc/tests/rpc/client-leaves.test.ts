import { initTRPC } from '@trpc/server'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

type Seen = { entered: number; aborted: number }

const t = initTRPC.context<Seen>().create({ isDev: false })

async function untilAborted(seen: Seen, signal: AbortSignal | undefined) {
  seen.entered += 1
  if (!signal?.aborted) await once(signal!, 'abort')
  seen.aborted += 1
}

const router = t.router({
  wait: t.procedure.query(({ ctx, signal }) => untilAborted(ctx, signal)),
  write: t.procedure.mutation(({ ctx, signal }) => untilAborted(ctx, signal)),
  live: t.procedure.subscription(async function* live({ ctx, signal }) {
    yield 1
    await untilAborted(ctx, signal)
  }),
})
type Router = typeof router

const get = (path: string, header = '') => `GET /trpc/${path} HTTP/1.1\r\nHost: x\r\n${header}\r\n`
const post = (path: string) =>
  `POST /trpc/${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`

const QUERY = get('wait')
const MUTATION = post('write')
const BATCH = get('wait,wait?batch=1')
const LINES = get('wait,wait?batch=1', 'Trpc-Accept: application/jsonl\r\n')
const EVENTS = get('live', 'Accept: text/event-stream\r\n')

/** A client that sends requests and can disconnect before the responses. */
function send(address: string, requests: string) {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname).on('error', () => undefined)
  socket.write(requests)
  return socket
}

const servers: Record<string, (app: FastifyInstance, createContext: () => Seen) => PromiseLike<unknown>> = {
  'this package': (app, createContext) =>
    app.register(fastifyTrpc<Router>, { router, createContext, rest: false }),
  'the official adapter': (app, createContext) =>
    app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router, createContext } }),
}

const cases = [
  ['a query', QUERY, 1],
  ['a mutation', MUTATION, 1],
  ['a batch', BATCH, 2],
  ['JSON lines', LINES, 2],
  ['a subscription', EVENTS, 1],
  ['a query behind another on the same connection', QUERY + QUERY, 2],
  ['a subscription behind another on the same connection', EVENTS + EVENTS, 2],
] as const

test.for(Object.keys(servers).flatMap((server) => cases.map((each) => [server, ...each] as const)))(
  'on %s, the signal aborts if the client disconnects during %s',
  async ([server, , requests, calls]) => {
    await using app = fastify()
    const seen = { entered: 0, aborted: 0 }
    await servers[server]!(app, () => seen)
    const client = send(await listen(app), requests)
    await expect.poll(() => seen.entered).toBe(calls)
    expect(seen.aborted).toBe(0)
    client.destroy()
    await expect.poll(() => seen.aborted).toBe(calls)
  },
)

/** A server with a hook that holds requests until their client has disconnected. */
async function makeSlowServer(app: FastifyInstance) {
  const seen = { entered: 0, aborted: 0 }
  const held = vi.fn<() => void>()
  const createdContext = vi.fn<(isAborted: boolean | undefined) => void>()
  app.addHook('preHandler', async (_, reply) => {
    held()
    await once(reply.raw, 'close')
  })
  await app.register(fastifyTrpc<Router>, {
    router,
    createContext: ({ info }) => {
      createdContext(info?.signal.aborted)
      return seen
    },
  })
  return { address: await listen(app), seen, held, createdContext }
}

// The subscription's generator has not started, because it is not read.
test.for([
  ['a query', QUERY, 1],
  ['a mutation', MUTATION, 1],
  ['a batch', BATCH, 2],
  ['JSON lines', LINES, 2],
  ['a subscription', EVENTS, 0],
] as const)('a client that disconnects while hooks run aborts the call: %s', async ([, request, calls]) => {
  await using app = fastify()
  const { address, seen, held, createdContext } = await makeSlowServer(app)
  const client = send(address, request)
  await vi.waitFor(() => expect(held).toHaveBeenCalled())
  client.destroy()
  await vi.waitFor(() => expect(createdContext).toHaveBeenCalledExactlyOnceWith(true))
  await expect.poll(() => seen).toEqual({ entered: calls, aborted: calls })
})

test('the same over HTTP/2', async () => {
  // Its replies have the same methods and events.
  await using app = fastify({ http2: true }) as unknown as FastifyInstance
  const { address, seen, held, createdContext } = await makeSlowServer(app)
  const session = connectHttp2(address)
  const request = session.request({ ':path': '/trpc/wait' }).on('error', () => undefined)
  await vi.waitFor(() => expect(held).toHaveBeenCalled())
  request.close(8)
  await vi.waitFor(() => expect(createdContext).toHaveBeenCalledExactlyOnceWith(true))
  await expect.poll(() => seen).toEqual({ entered: 1, aborted: 1 })
  session.destroy()
})

test.for([
  ['JSON lines', LINES],
  ['a subscription', EVENTS],
])('a stream whose client disconnected before it started is released: %s', async ([, request]) => {
  const app = fastify()
  const entered = vi.fn<(reply: FastifyReply) => void>()
  await app.register(fastifyTrpc<Router>, {
    router,
    createContext: async ({ reply }) => {
      vi.spyOn(reply.raw, 'destroy')
      entered(reply)
      await once(reply.raw, 'close')
      return { entered: 0, aborted: 0 }
    },
  })
  const client = send(await listen(app), request!)
  await vi.waitFor(() => expect(entered).toHaveBeenCalled())
  const { raw } = entered.mock.calls[0]![0]
  client.destroy()
  await vi.waitFor(() => expect(raw.destroy).toHaveBeenCalledTimes(1))
  await app.close()
  expect(raw.destroy).toHaveBeenCalledTimes(1)
})

test('a pipelined stream is released when its client disconnects', async () => {
  const app = fastify()
  const seen = { entered: 0, aborted: 0 }
  const replies: FastifyReply[] = []
  await app.register(fastifyTrpc<Router>, {
    router,
    createContext: ({ reply }) => {
      replies.push(reply)
      return seen
    },
  })
  const client = send(await listen(app), EVENTS + EVENTS)
  await expect.poll(() => seen.entered).toBe(2)
  client.destroy()
  await expect.poll(() => seen.aborted).toBe(2)
  const destroyed = replies.map(({ raw }) => vi.spyOn(raw, 'destroy'))
  await app.close()
  for (const destroy of destroyed) expect(destroy).not.toHaveBeenCalled()
})
