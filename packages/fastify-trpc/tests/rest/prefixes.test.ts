import { type FastifyInstance, fastify } from 'fastify'
import { expect, test } from 'vitest'
import { fastifyTrpc } from '../../src/index.ts'
import { type SampleRouter, sampleRouter } from '../support/sample-router.ts'
import { listen } from '../support/sample-servers.ts'

const options = { router: sampleRouter, createContext: () => ({ user: 'ada' }) }

async function created(app: FastifyInstance, path: string) {
  const served: unknown[] = []
  app.addHook('onResponse', async (request) => served.push(request.routeOptions.config.trpc?.openApiPath))
  return async () => {
    const response = await fetch(`${await listen(app)}${path}/books`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"title":"a"}',
    })
    return [response.status, response.headers.get('location'), ...served]
  }
}

test.for([
  [{ prefix: '/v1' }, '/v1/api'],
  [{ prefix: '/v1', rest: { prefix: '/books' } }, '/v1/books'],
  [{ prefix: '/v1/', rest: { prefix: 'rest/' } }, '/v1/rest'],
  [{ rest: { prefix: '/' } }, ''],
  [{ prefix: '/v1', rest: { prefix: '' } }, '/v1'],
])('the prefix of register() is part of Location and openApiPath: %o', async ([more, prefix]) => {
  await using app = fastify()
  const post = await created(app, prefix as string)
  await app.register(fastifyTrpc<SampleRouter>, { ...options, ...(more as object) })
  expect(await post()).toEqual([201, `${prefix as string}/books/7`, `${prefix as string}/books`])
})

test('prefixes of outer scopes count as well', async () => {
  await using app = fastify()
  const post = await created(app, '/outer/inner/api')
  await app.register(
    async (outer) => {
      await outer.register(async (inner) => inner.register(fastifyTrpc<SampleRouter>, options), {
        prefix: '/inner',
      })
    },
    { prefix: '/outer' },
  )
  expect(await post()).toEqual([201, '/outer/inner/api/books/7', '/outer/inner/api/books'])
})

test('RPC has the prefix as well', async () => {
  await using app = fastify()
  await app.register(fastifyTrpc<SampleRouter>, { ...options, prefix: '/v1' })
  const url = `${await listen(app)}/v1/trpc`
  expect(await (await fetch(`${url}/hello`)).json()).toEqual({ result: { data: 'hello' } })
  expect((await fetch(`${url}/hello,hello?batch=1`)).status).toBe(200)
})

test('other methods of a path have the prefixes as well', async () => {
  await using app = fastify()
  const seen: unknown[] = []
  app.addHook('onResponse', async (request) => seen.push(request.routeOptions.config.trpc?.openApiPath))
  await app.register(fastifyTrpc<SampleRouter>, { ...options, prefix: '/v1' })
  const url = `${await listen(app)}/v1/api/books/1`
  expect((await fetch(url, { method: 'POST' })).status).toBe(405)
  expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204)
  expect(seen).toEqual(['/v1/api/books/{id}', '/v1/api/books/{id}'])
})
