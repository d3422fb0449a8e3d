/** The part of JSON Schema that the kinds of objects need. */
export type Schema = {
  type?: string
  enum?: string[]
  $ref?: string
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
}

/** Kinds, as `apps/v1 Deployment`, with the name of their definition. */
export type SchemaFile = { from: string; kinds: Record<string, string>; definitions: Record<string, Schema> }

/** The schema with each reference as `rename` has it. */
export function withReferences(schema: Schema, rename: (name: string) => string): Schema {
  const inner = (other: Schema) => withReferences(other, rename)
  return {
    ...schema,
    ...(schema.$ref !== undefined && { $ref: rename(schema.$ref) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(inner) }),
    ...(schema.items && { items: inner(schema.items) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([key, value]) => [key, inner(value)]),
      ),
    }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: inner(schema.additionalProperties),
    }),
  }
}
