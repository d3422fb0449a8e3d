import { expect, test } from 'vitest'
import * as z from 'zod'
import { codecsOf } from './text-codecs.ts'

function decode(schema: z.ZodType, text: string | string[]): unknown {
  return codecsOf(z.object({ member: schema })).get('member')?.(text)
}

test.for([
  ['the first member of a union that fits', z.union([z.literal('any'), z.number()]), '3', 3],
  ['a text member of a union', z.union([z.literal('any'), z.number()]), 'any', 'any'],
  ['no member of a union', z.union([z.boolean(), z.number()]), 'x', 'x'],
  ['a literal number', z.literal([1, 2]), '2', 2],
  ['a literal boolean', z.literal(false), 'false', false],
  ['a list of one', z.array(z.boolean()), 'false', [false]],
  ['a list of several', z.array(z.number()).optional(), ['1', 'x'], [1, 'x']],
  ['through optional, nullable and default', z.number().nullable().optional().default(1), '2', 2],
  ['through a transformation', z.number().transform(String), '2', 2],
  ['through readonly and catch', z.boolean().readonly().catch(true), 'false', false],
  ['a repeated scalar stays a list', z.number(), ['1', '2'], ['1', '2']],
  ['hexadecimal is no number', z.number(), '0x1', '0x1'],
  ['a coercing schema is left to itself', z.coerce.date(), '2026-01-01', '2026-01-01'],
] as const)('%s', ([, schema, text, value]) => {
  expect(decode(schema, typeof text === 'string' ? text : [...text])).toEqual(value)
})

test('an unknown member has no codec', () => {
  expect(codecsOf(z.object({})).get('toString')).toBeUndefined()
})
