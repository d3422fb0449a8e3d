import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import { makeHost } from '../support/sample-servers.ts'

test.for([
  ['/books', 'GET, POST, HEAD, OPTIONS'],
  ['/books/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
  ['/books/1/lend', 'POST, OPTIONS'],
])('OPTIONS of %s lists the methods of the path', async ([path, allow]) => {
  await using server = await makeHost()
  const response = await fetch(`${server.url}/api${path}`, { method: 'OPTIONS' })
  expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([204, allow, ''])
})

test('OPTIONS of an unknown path is 404', async () => {
  await using server = await makeHost()
  expect((await fetch(`${server.url}/api/nowhere`, { method: 'OPTIONS' })).status).toBe(404)
})

test.for(['onRequest', 'preHandler'] as const)(
  'OPTIONS is left to a plugin that answers preflights in %s',
  async (hook) => {
    await using server = await makeHost((app) =>
      app.addHook(hook, async (request, reply) => {
        if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return
        await reply.code(204).header('access-control-allow-methods', 'PATCH').send()
      }),
    )
    const ask = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/books/1`, { method: 'OPTIONS', headers })
    const preflight = await ask({ 'access-control-request-method': 'PATCH' })
    expect(preflight.headers.get('access-control-allow-methods')).toBe('PATCH')
    expect(preflight.headers.get('allow')).toBeNull()
    expect((await ask({})).headers.get('allow')).toContain('PATCH')
  },
)

test('any other method that the server knows is 405', async () => {
  await using server = await makeHost((app) => app.addHttpMethod('PROPFIND'))
  for (const method of ['TRACE', 'PROPFIND', 'PUT']) {
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${server.url}/api/books`, { method }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect([method, status]).toEqual([method, 405])
  }
})
