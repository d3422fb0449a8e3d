import { operationsOf } from 'fastify-trpc'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { appRouter } from './router.ts'

// A procedure declares everything about its operation. These tests check that the declaration is complete.
describe.each(operationsOf(appRouter).map((operation) => [operation.path, operation] as const))(
  '%s',
  (path, operation) => {
    const { openapi, output, input, rest, pathParameters } = operation

    test('is documented', () => {
      expect(openapi, 'a REST path').toBeDefined()
      expect(openapi?.summary).toMatch(/^[A-Z].*[^.]$/)
      expect(openapi?.description).toMatch(/^[A-Z`].*\.$/)
      expect(openapi?.tags).toHaveLength(1)
      expect(output, 'an output schema').toBeDefined()
    })

    test('rejects unknown fields', () => {
      if (input)
        expect(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })).toMatchObject({
          additionalProperties: false,
        })
      const members = Object.keys(input?.shape ?? {})
      for (const name of pathParameters) expect(members).toContain(name)
      if (rest.ifMatch !== undefined) expect(members).toContain(rest.ifMatch)
    })

    test('is a GET if and only if it is a query', () => {
      expect(openapi?.method === 'GET').toBe(operation.type === 'query')
      if (rest.status === 201) expect(rest.location).toMatch(/\{id\}$/)
    })

    test('requires a token if and only if the document says so', async () => {
      const ctx = { authorization: undefined, requestId: 'r' } as Parameters<typeof appRouter.createCaller>[0]
      const procedures = appRouter.createCaller(ctx) as unknown as Record<
        string,
        Record<string, (input: unknown) => Promise<unknown>>
      >
      const [family = '', name = ''] = path.split('.')
      const thrown = await procedures[family]?.[name]?.({ nonsense: true }).catch((error: unknown) => error)
      const unauthorized = expect.objectContaining({ code: 'UNAUTHORIZED' }) as unknown
      if (openapi?.protect) expect(thrown).toEqual(unauthorized)
      else expect(thrown).not.toEqual(unauthorized)
    })
  },
)
