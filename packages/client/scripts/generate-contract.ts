// Writes src/generated/contract.ts: the router's inputs and outputs as plain TypeScript, so that the SDK's types need
// neither the server's code nor Zod.
import { appRouter } from '@todo/api'
import { operationsOf } from 'fastify-trpc'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type JsonSchema, docOf, printType } from './print-type.ts'

const named = new Map<string, JsonSchema>()
const operations = operationsOf(appRouter).map(({ path, type, input, output, openapi }) => {
  const [family = '', name = ''] = path.split('.')
  const takes = Object.keys(input?.shape ?? {})
  const gives = output instanceof z.ZodObject ? Object.keys(output.shape) : []
  const facts = {
    // RFC 9110 9.2.2; a POST is, when the client chooses the id of what it creates.
    idempotent: type === 'query' || openapi?.method === 'PUT' || openapi?.method === 'DELETE',
    createsById: openapi?.method === 'POST' && takes.includes('id') && !openapi.path.includes('{id}'),
    optionalInput: input?.safeParse({}).success === true,
    paginated: takes.includes('cursor') && gives.includes('nextCursor'),
  }
  return {
    path,
    family,
    name,
    summary: [openapi?.summary, openapi?.description].filter(Boolean).join('. '),
    input: (input ? typeOf(input, 'input') : 'undefined') + (facts.optionalInput ? ' | undefined' : ''),
    output: output ? typeOf(output, 'output') : 'void',
    // As the run-time table has it: only what holds.
    entry: [
      `type: '${type}'`,
      ...Object.entries(facts).flatMap(([name, holds]) => (holds ? `${name}: true` : [])),
    ],
  }
})

function typeOf(schema: z.ZodType, io: 'input' | 'output'): string {
  if (schema instanceof z.ZodVoid) return 'void'
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
  for (const [name, definition] of Object.entries($defs)) named.set(name, definition)
  const { id } = schema.meta() ?? {}
  if (id === undefined) return printType(root, 2)
  if (root.$ref === undefined) named.set(id, root)
  return id
}

const families = Map.groupBy(operations, ({ family }) => family)
const lines = [
  '// Generated from the router of @todo/api by scripts/generate-contract.ts.',
  '',
  ...[...named]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([name, schema]) => [
      ...docOf(schema.description, ''),
      `export type ${name} = ${printType({ ...schema, id: undefined }, 0)}`,
      '',
    ]),
  '/** What each operation takes and gives. */',
  'export type Contract = {',
  ...[...families].flatMap(([family, members]) => [
    `  ${family}: {`,
    ...members.flatMap(({ name, summary, input, output }) => [
      ...docOf(summary, '    '),
      `    ${name}: { input: ${input}; output: ${output} }`,
    ]),
    '  }',
  ]),
  '}',
  '',
  '/** How an operation is called. */',
  'export type OperationFacts = {',
  "  type: 'query' | 'mutation'",
  '  /** Calling it again does no more than calling it once. */',
  '  idempotent?: true',
  '  /** So it is, when the input carries an id. */',
  '  createsById?: true',
  '  /** It can be called without an input. */',
  '  optionalInput?: true',
  '  /** It takes the `cursor` that its answer gives as `nextCursor`. */',
  '  paginated?: true',
  '}',
  '',
  'export const operations: Readonly<Record<string, OperationFacts>> = {',
  ...operations.map(({ path, entry }) => `  '${path}': { ${entry.join(', ')} },`),
  '}',
  '',
]
const directory = join(import.meta.dirname, '../src/generated')
mkdirSync(directory, { recursive: true })
writeFileSync(join(directory, 'contract.ts'), lines.join('\n'))
