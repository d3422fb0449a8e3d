import { describe, expect, test } from 'vitest'
import { type OpenApiDocument, openApiDocument } from '../../src/index.ts'
import { sampleRouter } from '../support/sample-router.ts'
import { makeServer } from '../support/sample-servers.ts'

const document = openApiDocument(sampleRouter, {
  title: 'Books',
  version: '1.2.3',
  description: 'A library',
  serverUrl: '/api',
  security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
  tags: [{ name: 'books', description: 'What is read' }],
  contact: { name: 'Ada' },
  license: { name: 'MIT', identifier: 'MIT' },
  malformedFields: ['cursor'],
  commonErrors: [{ status: 429, description: 'Too many requests' }],
})

type Operation = OpenApiDocument['paths'][string][string]

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
  Object.keys((requestBody?.content['application/json']?.schema?.['properties'] ?? {}) as object)

test('tells what it was given', () => {
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
    tags: [{ name: 'books', description: 'What is read' }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  })
})

test('leaves out what it was not given', () => {
  const plain = openApiDocument(sampleRouter, {
    title: 'Books',
    version: '1',
    serverUrl: '/',
    security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
  })
  expect(Object.keys(plain)).toEqual(['openapi', 'info', 'servers', 'paths', 'components'])
  expect(JSON.parse(JSON.stringify(plain.info))).toEqual({ title: 'Books', version: '1' })
  expect(Object.keys(plain.paths['/books/newest']?.['get']?.responses ?? {})).toEqual(['200'])
})

test('has the operations that are served, and no others', async () => {
  await using app = await makeServer()
  await app.ready()
  for (const { method, path } of operations) {
    const url = `/api${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
    expect({ method, url, served: app.hasRoute({ method, url }) }).toEqual({ method, url, served: true })
  }
  expect(operations).toHaveLength(12)
})

test('tells the headers of every request and answer', () => {
  const { paths } = openApiDocument(sampleRouter, {
    title: 'Books',
    version: '1',
    serverUrl: '/',
    security: { name: 'bearer', scheme: { type: 'http', scheme: 'bearer' } },
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

test('references lead somewhere', () => {
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
    ['DELETE', '/books/{id}', ['204', '400', '404', '413', '415', '422', '429']],
  ] as const)('of %s %s', ([method, path, statuses]) => {
    expect(statusesOf(operation(method, path))).toEqual(statuses)
  })

  test.for([
    ['GET', '/books', 'The request is malformed: `cursor` is not well-formed'],
    ['GET', '/books/{id}', 'The request is malformed: `id` is not well-formed'],
    ['POST', '/books', 'The request is malformed: the body is not JSON'],
    ['PATCH', '/books/{id}', 'The request is malformed: the body is not JSON, or `id` is not well-formed'],
  ] as const)('say what may be malformed in %s %s', ([method, path, description]) => {
    expect(operation(method, path).responses['400']?.description).toBe(description)
  })

  test('are problems, each', () => {
    for (const { operation: one } of operations) {
      for (const [status, response] of Object.entries(one.responses)) {
        if (Number(status) < 400) continue
        expect(response.content).toEqual({
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            example: expect.objectContaining({ status: Number(status) }) as unknown,
          },
        })
      }
    }
  })

  test('tell their codes and headers', () => {
    const { responses } = operation('PATCH', '/books/{id}')
    expect(responses['409']?.description).toBe('It is lent (`LENT`)')
    expect(responses['409']?.content?.['application/problem+json']?.['example']).toMatchObject({
      code: 'LENT',
      title: 'Conflict',
      detail: 'It is lent.',
    })
    expect(Object.keys(responses['401']?.headers ?? {})).toEqual(['WWW-Authenticate'])
    expect(Object.keys(responses['415']?.headers ?? {})).toEqual(['Accept-Patch'])
    const posted = operation('POST', '/books').responses['415']?.headers ?? {}
    expect(Object.keys(posted)).toEqual(['Accept-Post'])
    expect(Object.keys(responses['429']?.headers ?? {})).toEqual(['Retry-After'])
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
  test('have their parameters where they are read', () => {
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
        const members = Object.keys((schema?.['properties'] ?? {}) as object)
        expect(members).toEqual(expect.arrayContaining((schema?.['required'] ?? []) as string[]))
      }
    }
  })

  test('insist on If-Match where the input does', () => {
    const rename = operation('PUT', '/books/{id}/title')
    expect(parametersOf(rename)).toEqual(['path id', 'header If-Match'])
    expect(rename.requestBody?.required).toBe(false)
  })

  test('have no body where nothing is left for it', () => {
    expect(operation('POST', '/books/{id}/lend').requestBody).toBeUndefined()
    expect(operation('DELETE', '/books/{id}').requestBody).toBeUndefined()
  })

  test('need the body whose members are needed', () => {
    expect(operation('POST', '/books').requestBody?.required).toBe(true)
    expect(operation('PATCH', '/books/{id}').requestBody?.required).toBe(false)
  })

  test('may be a merge patch where the operation says so', () => {
    const patch = operation('PATCH', '/books/{id}').requestBody?.content ?? {}
    expect(Object.keys(patch)).toEqual(['application/json', 'application/merge-patch+json'])
    expect(patch['application/merge-patch+json']).toEqual(patch['application/json'])
    expect(Object.keys(operation('POST', '/books').requestBody?.content ?? {})).toEqual(['application/json'])
  })
})
