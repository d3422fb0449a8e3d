import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { document } from './support/contract.ts'

const ajv = new Ajv2020.default({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'openapi', ...document })

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** Validates examples with the schema at this place of the document. Returns the errors. */
function errorsOf(examples: unknown[], place: string[]): string[] {
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
  const validate = ajv.compile({ $ref: `openapi#/${pointer.join('/')}` })
  return examples.flatMap((example) =>
    validate(example) ? [] : [`${ajv.errorsText(validate.errors)}: ${JSON.stringify(example)}`],
  )
}

describe.each(operations)('$method $path', ({ path, method, operation }) => {
  test('describes each parameter', () => {
    for (const parameter of operation.parameters ?? []) {
      expect(parameter['description'], parameter.name).toMatch(/^[A-Z`].*[^ ]$/)
    }
  })

  test('has valid examples of each response and each error', () => {
    for (const [status, { content = {} }] of Object.entries(operation.responses)) {
      for (const [type, media] of Object.entries(content)) {
        const named = Object.values((media['examples'] ?? {}) as Record<string, { value: unknown }>)
        const examples = Number(status) < 400 ? [media['example']] : named.map(({ value }) => value)
        expect(examples.length, status).toBeGreaterThan(0)
        expect(examples, status).not.toContain(undefined)
        const place = ['paths', path, method, 'responses', status, 'content', type, 'schema']
        expect(errorsOf(examples, place), status).toEqual([])
      }
    }
  })
})

test('responses declare bounds and formats', () => {
  const { Todo, Account } = document.components.schemas as Record<string, { properties: object }>
  expect(Todo?.properties).toMatchObject({ priority: { minimum: 0, maximum: 4 } })
  expect(Account?.properties).toMatchObject({ email: { format: 'email' } })
})

test('operations that set, read or clear the refresh cookie describe it', () => {
  const { name, in: place } = (
    document.components['securitySchemes'] as Record<string, Record<string, string>>
  )['refreshCookie']!
  expect([name, place]).toEqual(['__Host-refresh', 'cookie'])
  expect(document.paths['/auth/refresh']?.['post']?.security).toEqual([{ refreshCookie: [] }, {}])
  const setting = operations.filter(({ operation: { responses } }) =>
    Object.values(responses).some(({ headers }) => headers?.['Set-Cookie']),
  )
  expect(setting.map(({ path }) => path)).toEqual([
    '/auth/log-in',
    '/auth/refresh',
    '/auth/log-out',
    '/auth/log-out-everywhere',
  ])
})
