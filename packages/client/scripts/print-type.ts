export type JsonSchema = {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  description?: string
  id?: string | undefined
}

/** Prints a JSON Schema as a TypeScript type, indented by `depth` levels. */
export function printType(schema: JsonSchema, depth: number): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown'
  if ('const' in schema) return literal(schema.const)
  if (schema.enum) return schema.enum.map(literal).join(' | ')
  const members = schema.anyOf ?? schema.oneOf
  if (members) return [...new Set(members.map((member) => printType(member, depth)))].join(' | ')
  if (Array.isArray(schema.type))
    return schema.type.map((type) => printType({ ...schema, type }, depth)).join(' | ')
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return `Array<${schema.items ? printType(schema.items, depth) : 'unknown'}>`
    case 'object':
      return printObject(schema, depth)
    default:
      return 'unknown'
  }
}

/** The lines of a doc comment; none without a description. */
export function docOf(description: string | undefined, indent: string): string[] {
  return description ? [`${indent}/** ${description.replaceAll('*/', '*\\/')} */`] : []
}

const key = (name: string) => (/^[\w$]+$/.test(name) ? name : literal(name))
const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : JSON.stringify(value)

function printObject(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  depth: number,
): string {
  const entries = Object.entries(properties)
  if (entries.length === 0) {
    const value =
      typeof additionalProperties === 'object' ? printType(additionalProperties, depth) : 'unknown'
    return additionalProperties === false ? 'Record<string, never>' : `Record<string, ${value}>`
  }
  const indent = '  '.repeat(depth + 1)
  const lines = entries.flatMap(([name, schema]) => {
    const isOptional = !required.includes(name)
    const type = printType(schema, depth + 1)
    return [
      ...docOf(schema.description, indent),
      `${indent}${key(name)}${isOptional ? '?' : ''}: ${type}${isOptional ? ' | undefined' : ''}`,
    ]
  })
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
}
