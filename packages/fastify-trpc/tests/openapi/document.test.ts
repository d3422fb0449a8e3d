import { initTRPC } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type OpenApiDocument, type ProcedureMeta, openApiDocument } from '../../src/index.ts'
import { sampleErrors, sampleRouter } from '../support/sample-router.ts'
import { makeServer } from '../support/sample-servers.ts'

const document = openApiDocument(sampleRouter, {
  title: 'Books',
  version: '1.2.3',
  description: 'A library',
  serverUrl: '/api',
  security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
  tags: [{ name: 'books', description: 'Everything about books' }],
  contact: { name: 'Ada' },
  license: { name: 'MIT', identifier: 'MIT' },
  malformedFields: ['cursor'],
  errors: {
    ...sampleErrors,
    TOKEN_MISSING: { status: 401, message: 'Send a token.' },
    TOKEN_INVALID: { status: 401, message: 'The token is not valid.' },
    TOO_MANY: { status: 429, message: 'Too many requests.' },
  },
  protectedErrors: ['TOKEN_MISSING', 'TOKEN_INVALID'],
  commonErrors: ['TOO_MANY'],
})

type Operation = OpenApiDocument['paths'][string][string]
type Response = Operation['responses'][string]

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

function operation(method: string, path: string): Operation {
  const found = operations.find((one) => one.method === method && one.path === path)
  if (!found) throw new Error(`there is no ${method} ${path}`)
  return found.operation
}

const statusesOf = ({ responses }: Operation) => Object.keys(responses)

const parametersOf = ({ parameters = [] }: Operation) =>
  parameters.map(({ name, in: place, required = false }) => `${place} ${name}${required ? '' : '?'}`)

const membersOf = ({ requestBody }: Operation) =>
  Object.keys(requestBody?.content['application/json']?.schema?.['properties'] ?? {})

test('contains what the options give', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: {
      title: 'Books',
      version: '1.2.3',
      description: 'A library',
      contact: { name: 'Ada' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api' }],
    tags: [{ name: 'books', description: 'Everything about books' }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  })
})

test('omits what the options do not give', () => {
  const plain = openApiDocument(sampleRouter, {
    title: 'Books',
    version: '1',
    serverUrl: '/',
    security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
    errors: sampleErrors,
  })
  expect(Object.keys(plain)).toEqual(['openapi', 'info', 'servers', 'paths', 'components'])
  expect(JSON.parse(JSON.stringify(plain.info))).toEqual({ title: 'Books', version: '1' })
  expect(Object.keys(plain.paths['/books/newest']?.['get']?.responses ?? {})).toEqual(['200'])
})

test('has exactly the operations that are served', async () => {
  await using app = await makeServer()
  await app.ready()
  for (const { method, path } of operations) {
    const url = `/api${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
    expect({ method, url, served: app.hasRoute({ method, url }) }).toEqual({ method, url, served: true })
  }
  expect(operations).toHaveLength(12)
})

test('has the headers of every request and response', () => {
  const { paths } = openApiDocument(sampleRouter, {
    title: 'Books',
    version: '1',
    serverUrl: '/',
    security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
    errors: sampleErrors,
    commonHeaders: [
      { name: 'Seen', request: 'What you have seen', response: 'What this has seen' },
      { name: 'Region', response: 'Where it ran' },
    ],
  })
  for (const each of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    expect(parametersOf(each)).toContain('header Seen?')
    expect(parametersOf(each)).not.toContain('header Region?')
    for (const { headers } of Object.values(each.responses)) {
      expect(headers).toMatchObject({
        Seen: { description: 'What this has seen', schema: { type: 'string' } },
        Region: { description: 'Where it ran' },
      })
    }
  }
})

test('operations are named after their procedures', () => {
  const ids = operations.map(({ operation: { operationId } }) => operationId)
  expect(ids).toContain('booksSearch')
  expect(new Set(ids).size).toBe(ids.length)
})

test('references can be resolved', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '')
  expect(references).toContain('#/components/schemas/Book')
  expect(references).toContain('#/components/schemas/Problem')
  for (const reference of references) {
    const [root, ...steps] = reference.split('/')
    expect(root).toBe('#')
    const target = steps.reduce<unknown>(
      (value, step) => (value as Record<string, unknown> | undefined)?.[step],
      document,
    )
    expect({ reference, target }).toEqual({ reference, target: expect.any(Object) })
  }
  expect(Object.keys(document.components.schemas ?? {}).sort()).toEqual(['Book', 'Problem'])
})

describe('success', () => {
  test('has the status that is served', () => {
    expect(statusesOf(operation('GET', '/books'))[0]).toBe('200')
    expect(statusesOf(operation('POST', '/books'))[0]).toBe('201')
    expect(statusesOf(operation('DELETE', '/books/{id}'))[0]).toBe('204')
    expect(operation('DELETE', '/books/{id}').responses['204']).toEqual({ description: 'No Content' })
  })

  test('has the headers that are served', () => {
    const headers = (method: string, path: string, status: number) =>
      Object.keys(operation(method, path).responses[status]?.headers ?? {})
    expect(headers('POST', '/books', 201)).toEqual(['ETag', 'Location'])
    expect(headers('GET', '/books/{id}', 200)).toEqual(['ETag'])
    expect(headers('GET', '/books/{id}', 304)).toEqual(['ETag'])
    expect(headers('GET', '/books', 200)).toEqual([])
  })

  test('304 is for GET alone', () => {
    const cached = operations.filter((one) => statusesOf(one.operation).includes('304'))
    expect(cached.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /books/{id}'])
  })
})

describe('errors', () => {
  test.for([
    ['GET', '/books', ['200', '400', '422', '429']],
    ['POST', '/books', ['201', '400', '401', '413', '415', '422', '429']],
    ['GET', '/books/newest', ['200', '429']],
    ['GET', '/books/{id}', ['200', '304', '400', '401', '404', '422', '429']],
    ['PATCH', '/books/{id}', ['200', '400', '401', '404', '409', '412', '413', '415', '422', '429']],
    // Only the procedure knows whether an id exists.
    ['DELETE', '/books/{id}', ['204', '400', '413', '415', '422', '429']],
  ] as const)('have the statuses of %s %s', ([method, path, statuses]) => {
    expect(statusesOf(operation(method, path))).toEqual(statuses)
  })

  const codesOf = (response: Response | undefined) => {
    const { schema, examples } = response?.content?.['application/problem+json'] ?? {}
    const codes = (
      schema?.['allOf'] as [unknown, { properties: { code: { enum: string[] } } }] | undefined
    )?.[1]
    expect(Object.keys(examples as object)).toEqual(codes?.properties.code.enum)
    return codes?.properties.code.enum
  }

  test('list the codes of each status', () => {
    const { responses } = operation('PATCH', '/books/{id}')
    expect(codesOf(responses['401'])).toEqual(['TOKEN_MISSING', 'TOKEN_INVALID'])
    expect(codesOf(responses['404'])).toEqual(['BOOK_NOT_FOUND'])
    expect(codesOf(responses['409'])).toEqual(['LENT'])
    expect(codesOf(responses['412'])).toEqual(['PRECONDITION_FAILED'])
    expect(codesOf(responses['422'])).toEqual(['VALIDATION_FAILED'])
  })

  test('describe each code', () => {
    const { responses } = operation('PATCH', '/books/{id}')
    expect(responses['409']?.description).toBe('`LENT`: It is lent.')
    expect(responses['401']?.description).toBe(
      '- `TOKEN_MISSING`: Send a token.\n- `TOKEN_INVALID`: The token is not valid.',
    )
  })

  test('are problems with one of the listed codes', () => {
    for (const { operation: one } of operations) {
      for (const [status, response] of Object.entries(one.responses)) {
        if (Number(status) < 400) continue
        expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json'])
        const { schema } = response.content!['application/problem+json']!
        expect(schema).toMatchObject({ allOf: [{ $ref: '#/components/schemas/Problem' }, {}] })
      }
    }
    const { properties } = document.components.schemas!['Problem'] as {
      properties: { code: { enum: string[] } }
    }
    expect(properties.code.enum).toEqual(
      expect.arrayContaining(['LENT', 'MALFORMED', 'NOT_FOUND', 'METHOD_NOT_ALLOWED', 'FORBIDDEN']),
    )
  })

  test('have their headers', () => {
    const { responses } = operation('PATCH', '/books/{id}')
    expect(Object.keys(responses['401']?.headers ?? {})).toEqual(['WWW-Authenticate'])
    expect(Object.keys(responses['415']?.headers ?? {})).toEqual(['Accept-Patch'])
    const posted = operation('POST', '/books').responses['415']?.headers ?? {}
    expect(Object.keys(posted)).toEqual(['Accept-Post'])
    expect(Object.keys(responses['429']?.headers ?? {})).toEqual(['Retry-After'])
  })

  test('an unknown code makes openApiDocument throw', () => {
    const options = { title: 'Books', version: '1', serverUrl: '/', security: [] }
    expect(() => openApiDocument(sampleRouter, options)).toThrow(
      'books.update: "BOOK_NOT_FOUND" is not in the catalogue of errors',
    )
    const errors = { VALIDATION_FAILED: { status: 400, message: 'No.' } }
    expect(() => openApiDocument(sampleRouter, { ...options, errors })).toThrow(
      'errors.VALIDATION_FAILED: REST sends it with status 422, not 400',
    )
  })
})

test('security is per operation', () => {
  expect(document['security']).toBeUndefined()
  const isProtected = ({ security }: Operation) => security?.length === 1
  expect(operation('POST', '/books').security).toEqual([{ bearer: [] }])
  expect(operation('GET', '/books').security).toEqual([])
  for (const { operation: one } of operations) {
    expect(statusesOf(one).includes('401')).toBe(isProtected(one))
  }
})

describe('requests', () => {
  test('have their parameters in the correct places', () => {
    expect(parametersOf(operation('GET', '/books/{id}'))).toEqual([
      'path id',
      'query long?',
      'header If-None-Match?',
    ])
    expect(parametersOf(operation('PATCH', '/books/{id}'))).toEqual(['path id', 'header If-Match?'])
    expect(parametersOf(operation('GET', '/books'))).toContain('query tags?')
    expect(parametersOf(operation('GET', '/books'))).toContain('query limit?')
  })

  test('have neither path parameters nor the version in the body', () => {
    expect(membersOf(operation('PATCH', '/books/{id}'))).toEqual(['title', 'pages'])
    expect(membersOf(operation('PUT', '/books/{id}/title'))).toEqual(['title'])
    for (const { operation: one } of operations) {
      for (const { schema } of Object.values(one.requestBody?.content ?? {})) {
        const members = Object.keys(schema?.['properties'] ?? {})
        expect(members).toEqual(expect.arrayContaining((schema?.['required'] ?? []) as string[]))
      }
    }
  })

  test('require If-Match if the input requires the member', () => {
    const rename = operation('PUT', '/books/{id}/title')
    expect(parametersOf(rename)).toEqual(['path id', 'header If-Match'])
    expect(rename.requestBody?.required).toBe(false)
  })

  test('have no body if no members are left for it', () => {
    expect(operation('POST', '/books/{id}/lend').requestBody).toBeUndefined()
    expect(operation('DELETE', '/books/{id}').requestBody).toBeUndefined()
  })

  test('require a body if one of its members is required', () => {
    expect(operation('POST', '/books').requestBody?.required).toBe(true)
    expect(operation('PATCH', '/books/{id}').requestBody?.required).toBe(false)
  })

  test('may be a merge patch if the operation allows it', () => {
    const patch = operation('PATCH', '/books/{id}').requestBody?.content ?? {}
    expect(Object.keys(patch)).toEqual(['application/json', 'application/merge-patch+json'])
    expect(patch['application/merge-patch+json']).toEqual(patch['application/json'])
    expect(Object.keys(operation('POST', '/books').requestBody?.content ?? {})).toEqual(['application/json'])
  })
})

describe('descriptions and examples', () => {
  const t = initTRPC.meta<ProcedureMeta>().create()
  const News = z.object({
    title: z.string().meta({ examples: ['Rain'] }),
    readAt: z.iso.datetime().nullable(),
  })
  const router = t.router({
    news: t.procedure
      .meta({
        openapi: { method: 'GET', path: '/news', security: ['cookie'] },
        rest: { responseHeaders: { 'Set-Cookie': 'Renews the cookie' } },
      })
      .input(
        z.strictObject({
          since: z.iso.date().optional().meta({ description: 'From this day on' }),
          place: z.string().meta({ description: 'Where' }).optional(),
        }),
      )
      .output(News.meta({ id: 'News' }))
      .query(() => ({ title: 'Sun', readAt: null })),
  })
  const options = { title: 'News', version: '1', serverUrl: '/', security: [] }
  const cookie = { name: 'cookie', scheme: { type: 'apiKey', in: 'cookie', name: 'session' } } as const
  const { paths, components } = openApiDocument(router, { ...options, otherSecurity: [cookie] })
  const get = paths['/news']!['get']!

  test('parameters have the descriptions of their members', () => {
    expect(get.parameters?.map(({ name, description }) => [name, description])).toEqual([
      ['since', 'From this day on'],
      ['place', 'Where'],
    ])
  })

  test('success has an example, and the headers that the meta names', () => {
    expect(get.responses['200']).toMatchObject({
      headers: { 'Set-Cookie': { description: 'Renews the cookie' } },
      content: { 'application/json': { example: { title: 'Rain', readAt: '2026-12-24T17:00:00.000Z' } } },
    })
  })

  test('a security scheme that the meta names is optional without `protect`', () => {
    expect(get.security).toEqual([{ cookie: [] }, {}])
    expect(components['securitySchemes']).toEqual({ cookie: cookie.scheme })
    expect(() => openApiDocument(router, options)).toThrow('news: there is no security scheme "cookie"')
  })
})
