import { initTRPC } from '@trpc/server'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

const t = initTRPC.create({ isDev: false })
const named = (name: string) => t.procedure.query(() => `I am ${name}`)
const names = ['hello', 'foo:bar', ':x', ':x?', 'what?', 'all*', 'a*b', '*', 'a b', 'ü', 'f(x)', 'g:x(y)']
const router = t.router({
  ...Object.fromEntries(names.map((name) => [name, named(name)])),
  nested: t.router({ 'foo:bar': named('nested.foo:bar') }),
})
type Router = typeof router

let ours: FastifyInstance
let official: FastifyInstance
let url: string
let officialUrl: string

beforeAll(async () => {
  ours = fastify()
  await ours.register(fastifyTrpc<Router>, { router, createContext: () => ({}) })
  official = fastify()
  await official.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router } })
  url = await listen(ours)
  officialUrl = await listen(official)
})

afterAll(() => Promise.all([ours.close(), official.close()]))

async function ask(address: string, path: string) {
  const response = await fetch(`${address}/trpc/${path}`)
  return { status: response.status, body: await response.text() }
}

const escaped = names.map((name) => encodeURIComponent(name))
const plain = names.filter((name) => !name.includes('?'))

test.for([...new Set([...escaped, ...plain, 'nested.foo:bar'])])(
  'a name is not treated as a pattern: %s',
  async (path) => {
    const answer = await ask(url, path)
    expect(answer.status).toBe(200)
    expect(answer).toEqual(await ask(officialUrl, path))
  },
)

test.for(['foo:bar,hello?batch=1', 'hello,foo:bar,all*,what%3F?batch=1', 'nested.foo:bar,foo:bar?batch=1'])(
  'names work in a batch: %s',
  async (path) => {
    const answer = await ask(url, path)
    expect(answer.status).toBe(200)
    expect(answer).toEqual(await ask(officialUrl, path))
  },
)

test.for([
  'foo',
  'fooANYTHING',
  'foo::bar',
  'foo:bark',
  'anything',
  'allX',
  'all',
  'aXb',
  'what',
  'nested.fooX',
])('other paths give 404: %s', async (path) => {
  const answer = await ask(url, path)
  expect(answer.status).toBe(404)
  expect(answer).toEqual(await ask(officialUrl, path))
})

test('a name with a colon has a route of its own', async () => {
  await using app = fastify()
  const served: unknown[] = []
  app.addHook('onResponse', async (request) => served.push(request.routeOptions.config.trpc?.path))
  await app.register(fastifyTrpc<Router>, { router, createContext: () => ({}) })
  const address = await listen(app)
  for (const path of ['foo:bar', 'all*']) await (await fetch(`${address}/trpc/${path}`)).text()
  await expect.poll(() => served).toEqual(['foo:bar', '*'])
})
