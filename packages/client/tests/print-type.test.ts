import { expect, test } from 'vitest'
import * as z from 'zod'
import { type JsonSchema, docOf, printType } from '../scripts/print-type.ts'

const printed = (schema: z.ZodType) => printType(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, 0)

test.for<[string, z.ZodType]>([
  ['string | null', z.string().nullable()],
  ["'a' | 'b'", z.enum(['a', 'b'])],
  ["'it\\'s' | 1 | true", z.union([z.literal("it's"), z.literal(1), z.literal(true)])],
  ['Array<string | number>', z.array(z.union([z.string(), z.int()]))],
  ['Record<string, number>', z.record(z.string(), z.number())],
  ['Record<string, never>', z.strictObject({})],
  ['unknown', z.unknown()],
  [
    "{\n  a: string\n  'b-c'?: boolean | undefined\n}",
    z.object({ a: z.string(), 'b-c': z.boolean().default(true) }),
  ],
  [
    '{\n  /** why */\n  a: {\n    b: null\n  }\n}',
    z.object({ a: z.object({ b: z.null() }).describe('why') }),
  ],
  ['{\n  thing: Thing\n}', z.object({ thing: z.object({ a: z.string() }).meta({ id: 'Thing' }) })],
])('prints %s', ([expected, schema]) => {
  expect(printed(schema)).toBe(expected)
})

test('a description cannot end its comment', () => {
  expect(docOf('a */ b', '  ')).toEqual(['  /** a *\\/ b */'])
  expect(docOf(undefined, '')).toEqual([])
})
