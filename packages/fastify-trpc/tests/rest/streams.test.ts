import { initTRPC } from '@trpc/server'
import { fastify } from 'fastify'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { type OpenApiMeta, fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

const t = initTRPC.meta<OpenApiMeta>().create({ isDev: false })
const at = (path: `/${string}`) => t.procedure.meta({ openapi: { method: 'GET', path } }).output(z.unknown())

const streams = t.router({
  generated: at('/generated').query(async function* generated() {
    yield 1
  }),
  readable: at('/readable').query(() => Readable.from([1])),
  web: at('/web').query(() => new Blob(['1']).stream()),
  member: at('/member').query(() => ({ now: 1, rows: Readable.from([1]) })),
  promised: at('/promised').query(() => ({ now: 1, later: Promise.resolve(2) })),
})

test.for(['generated', 'readable', 'web', 'member', 'promised'])(
  'an output that streams, or has promises, is a 500 that onError gets: %s',
  async (name) => {
    const reported: unknown[] = []
    await using app = fastify()
    await app.register(fastifyTrpc<typeof streams>, {
      router: streams,
      createContext: () => ({}),
      onError: ({ error, path }) => reported.push([error.code, error.message, path]),
    })
    const response = await fetch(`${await listen(app)}/api/${name}`)
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ detail: 'Something went wrong.' })
    expect(reported).toEqual([['INTERNAL_SERVER_ERROR', `${name}: REST cannot send streams`, name]])
  },
)

test('the server does not start with a subscription', async () => {
  const router = t.router({
    ticks: at('/ticks').subscription(async function* ticks() {
      yield 1
    }),
  })
  await using app = fastify()
  await expect(
    app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) }),
  ).rejects.toThrow('ticks: REST does not support subscriptions')
  await using withoutRest = fastify()
  await withoutRest.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}), rest: false })
})
