import type { Schema } from './types.ts'

const MAX_DEPTH = 8

const FORMATS: Record<string, string> = {
  date: '2026-12-24',
  'date-time': '2026-12-24T17:00:00.000Z',
  email: 'ada@example.com',
  time: '17:00:00',
  uri: 'https://example.com',
  uuid: '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10',
}

/** An example value of a JSON schema, from its example or from the examples, formats and bounds of its members. */
export function sample(schema: Schema, schemas: Record<string, Schema> = {}, depth = 0): unknown {
  if (depth > MAX_DEPTH) return undefined
  const deeper = (part: Schema) => sample(part, schemas, depth + 1)
  const { $ref, example, examples, allOf } = schema as Known
  if (example !== undefined) return example
  if (examples?.[0] !== undefined) return examples[0]
  if ($ref !== undefined) return deeper(schemas[$ref.split('/').at(-1) ?? ''] ?? {})
  if ('const' in schema) return schema['const']
  const { default: preset, enum: values, anyOf, oneOf } = schema as Known
  if (preset !== undefined) return preset
  if (values?.[0] !== undefined) return values[0]
  if (allOf) return Object.assign({}, ...allOf.map(deeper)) as unknown
  const options = anyOf ?? oneOf
  if (options) return deeper(options.find(({ type }) => type !== 'null') ?? {})
  return ofType(schema as Known, deeper)
}

type Known = Partial<{
  $ref: string
  example: unknown
  examples: unknown[]
  default: unknown
  enum: unknown[]
  allOf: Schema[]
  anyOf: Schema[]
  oneOf: Schema[]
  type: string | string[]
  format: string
  minLength: number
  minimum: number
  exclusiveMinimum: number
  maximum: number
  properties: Record<string, Schema>
  items: Schema
  prefixItems: Schema[]
}>

function ofType(schema: Known, deeper: (part: Schema) => unknown): unknown {
  const { format = '', minLength = 0, minimum, exclusiveMinimum, maximum = Infinity } = schema
  switch ([schema.type].flat().find((type) => type !== 'null')) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {}).map(
        ([name, part]) => [name, deeper(part)] as const,
      )
      return Object.fromEntries(members.filter(([, value]) => value !== undefined))
    }
    case 'array': {
      const items = (schema.prefixItems ?? (schema.items ? [schema.items] : [])).map(deeper)
      return items.filter((value) => value !== undefined)
    }
    case 'string':
      return FORMATS[format] ?? 'text'.padEnd(minLength, ' text')
    case 'integer':
    case 'number':
      return minimum ?? (exclusiveMinimum === undefined ? Math.min(1, maximum) : exclusiveMinimum + 1)
    case 'boolean':
      return true
    default:
      return null
  }
}
