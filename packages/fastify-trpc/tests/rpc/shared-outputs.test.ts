import { initTRPC, tracked } from '@trpc/server'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'
import { makeCycle, referenceTransformer } from '../support/sample-transformer.ts'

const t = initTRPC.create({ isDev: false, transformer: referenceTransformer })

const makeTwins = () => {
  const list = [1]
  return [list, list]
}

const router = t.router({
  twins: t.procedure.query(makeTwins),
  cycle: t.procedure.query(makeCycle),
  both: t.procedure.subscription(async function* both() {
    yield makeTwins()
    yield makeCycle()
    yield tracked('a', makeTwins())
  }),
  numbers: t.procedure.query(async function* numbers() {
    yield makeTwins()
    yield makeCycle()
  }),
})
type Router = typeof router

const lines = { 'trpc-accept': 'application/jsonl' }

test.for<[name: string, path: string, headers?: Record<string, string>]>([
  ['twins', 'twins'],
  ['a cycle', 'cycle'],
  ['a batch', 'twins,cycle?batch=1'],
  ['JSON lines', 'twins,cycle?batch=1', lines],
  ['a generator', 'numbers?batch=1', lines],
  ['a subscription', 'both', { accept: 'text/event-stream' }],
])('shared objects stay shared, as with the official adapter: %s', async ([, path, headers = {}]) => {
  await using ours = fastify()
  await ours.register(fastifyTrpc<Router>, { router, createContext: () => ({}) })
  await using official = fastify()
  await official.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router } })
  const ask = async (address: string) => {
    const response = await fetch(`${address}/trpc/${path}`, { headers })
    return { status: response.status, body: await response.text() }
  }
  const answer = await ask(await listen(ours))
  expect(answer.status).toBe(200)
  expect(answer).toEqual(await ask(await listen(official)))
})
