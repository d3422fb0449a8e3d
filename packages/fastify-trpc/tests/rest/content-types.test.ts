import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { makeHost } from '../support/sample-servers.ts'

const parseForm = (app: FastifyInstance) =>
  app.addContentTypeParser(
    ['application/x-www-form-urlencoded', 'application/merge-patch+json', 'text/csv'],
    { parseAs: 'string' },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

test.for(['application/x-www-form-urlencoded', 'text/csv', 'text/plain', 'multipart/form-data; boundary=x'])(
  '%s is 415, though the server has a parser for it',
  async (type) => {
    await using server = await makeHost((app) => {
      parseForm(app)
      app.addContentTypeParser('*', (_, payload, done) => payload.resume().on('end', () => done(null, {})))
    })
    const response = await fetch(`${server.url}/api/books`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: 'title=a',
    })
    expect(response.status).toBe(415)
    expect(response.headers.get('accept-post')).toBe('application/json')
  },
)

test('a merge patch is parsed as JSON, even if the server has another parser for it', async () => {
  await using server = await makeHost(parseForm)
  const response = await fetch(`${server.url}/api/books/1`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"title":"a"}',
  })
  expect(await response.json()).toMatchObject({ title: 'a' })
})

test.for([
  ['error', 400],
  ['remove', 201],
] as const)('prototypes in JSON are handled as the server is configured: %s', async ([action, status]) => {
  await using server = await makeHost(() => undefined, {
    onProtoPoisoning: action,
    onConstructorPoisoning: action,
  })
  for (const poison of ['"__proto__":{"a":1}', '"constructor":{"prototype":{"a":1}}']) {
    const response = await fetch(`${server.url}/api/books`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"title":"a",${poison}}`,
    })
    expect([poison, response.status]).toEqual([poison, status])
  }
})

test('the body limit of the server applies', async () => {
  await using server = await makeHost(() => undefined, { bodyLimit: 20 })
  const post = (title: string) =>
    fetch(`${server.url}/api/books`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    })
  expect((await post('short')).status).toBe(201)
  expect((await post('much too long')).status).toBe(413)
})
