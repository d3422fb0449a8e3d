import type { InjectOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { type Problem, openApiDocument } from '../../src/index.ts'
import { sampleErrors, sampleRouter } from '../support/sample-router.ts'
import { makeServer } from '../support/sample-servers.ts'

const errors = {
  ...sampleErrors,
  VALIDATION_FAILED: { status: 422, message: 'See the errors.' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'Send less.' },
  STALE: { status: 412, message: 'It is stale.' },
}
const options = { malformedFields: ['cursor'], errors, ifMatchError: 'STALE' }
const document = openApiDocument(sampleRouter, {
  ...options,
  title: 'Books',
  version: '1',
  serverUrl: 'https://books.example.com/api/',
  security: [],
  commonErrors: ['INTERNAL_SERVER_ERROR'],
})

type Examples = Record<string, { value: Problem }>

function exampleOf(method: string, path: string, code: string): Problem | undefined {
  const responses = document.paths[path]?.[method.toLowerCase()]?.responses ?? {}
  return Object.values(responses)
    .map(({ content }) => content?.['application/problem+json']?.['examples'] as Examples | undefined)
    .find((examples) => examples?.[code])?.[code]?.value
}

const json = { 'content-type': 'application/json' }
const xml = { 'content-type': 'application/xml' }

type Case = [
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  code: string,
  request: InjectOptions,
]

const cases: Case[] = [
  ['GET', '/books', 'MALFORMED', { query: { cursor: 'x' } }],
  ['GET', '/books', 'VALIDATION_FAILED', { query: { text: ['x', 'x'] } }],
  ['POST', '/books', 'MALFORMED', { headers: json, payload: '{' }],
  ['POST', '/books', 'VALIDATION_FAILED', { payload: { title: 0, pages: 1 } }],
  ['POST', '/books', 'UNSUPPORTED_MEDIA_TYPE', { headers: xml, payload: '<a/>' }],
  ['POST', '/books', 'PAYLOAD_TOO_LARGE', { payload: { title: 'x'.repeat(2_000_000) } }],
  ['GET', '/books/{id}', 'MALFORMED', {}],
  ['GET', '/books/{id}', 'VALIDATION_FAILED', { query: { long: 'x' } }],
  ['PATCH', '/books/{id}', 'MALFORMED', { payload: {} }],
  ['PATCH', '/books/{id}', 'STALE', { headers: { 'if-match': 'x' } }],
  ['DELETE', '/books/{id}', 'VALIDATION_FAILED', { query: { id: '1' } }],
  [
    'PUT',
    '/books/{id}/title',
    'VALIDATION_FAILED',
    { headers: { 'if-match': '"1"' }, payload: { title: 0 } },
  ],
]

describe('the example of an error is the error that is sent', () => {
  test.for(cases)('%s %s: %s', async ([method, path, code, request]) => {
    await using app = await makeServer({ rest: options })
    const example = exampleOf(method, path, code)
    const response = await app.inject({ method, url: example?.instance ?? '', ...request })
    expect({ ...response.json<Problem>(), requestId: '' }).toEqual({ ...example, requestId: '' })
  })
})

test('examples show a path of the operation', () => {
  expect(exampleOf('GET', '/books/{id}', 'NOT_FOUND')).toMatchObject({ instance: '/api/books/1' })
  expect(exampleOf('GET', '/books/{id}', 'MALFORMED')).toMatchObject({ instance: '/api/books/x' })
  expect(exampleOf('GET', '/books/newest', 'INTERNAL_SERVER_ERROR')).toMatchObject({
    instance: '/api/books/newest',
    detail: 'Something went wrong.',
  })
})
