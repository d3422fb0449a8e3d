import { expect, test } from 'vitest'
import { sample } from './sample.ts'

test.for([
  ['its example', { type: 'string', example: 'own' }, 'own'],
  ['an example that is null', { type: ['string', 'null'], example: null }, null],
  ['the first of its examples', { type: 'integer', examples: [7, 8] }, 7],
  ['its default', { type: 'integer', default: 50 }, 50],
  ['its constant', { const: 'Bearer' }, 'Bearer'],
  ['the first of its values', { enum: ['asc', 'desc'] }, 'asc'],
  ['by format', { type: 'string', format: 'date' }, '2026-12-24'],
  ['a text of the minimum length', { type: 'string', minLength: 6 }, 'text t'],
  ['its lower bound', { type: 'integer', minimum: 3 }, 3],
  ['above its exclusive bound', { type: 'number', exclusiveMinimum: 0 }, 1],
  ['below its upper bound', { type: 'number', maximum: 0 }, 0],
  ['a value rather than null', { anyOf: [{ type: 'null' }, { type: 'boolean' }] }, true],
  ['a list of one', { type: 'array', items: { type: 'boolean' } }, [true]],
  ['a tuple', { type: 'array', prefixItems: [{ const: 1 }, { const: 2 }] }, [1, 2]],
  [
    'all of several objects',
    { allOf: [{ $ref: '#/components/schemas/Id' }, { example: { b: 2 } }] },
    { id: 1, b: 2 },
  ],
  ['null for anything', {}, null],
] as const)('a sample is %s', ([, schema, expected]) => {
  const schemas = { Id: { type: 'object', properties: { id: { type: 'integer' } } } }
  expect(sample(schema, schemas)).toEqual(expected)
})

test('a recursive schema gives a finite sample', () => {
  const Tree = {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
  }
  expect(JSON.stringify(sample({ $ref: '#/components/schemas/Tree' }, { Tree }))).toMatch(
    /^\{"children":\[\{/,
  )
})
