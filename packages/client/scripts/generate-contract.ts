// Writes src/generated/contract.ts: the router's inputs, outputs and errors as plain TypeScript, so that the SDK's types
// need neither the server's code nor Zod.
import { ERRORS, appRouter } from '@todo/api'
import { operationsOf } from 'fastify-trpc'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type JsonSchema, docOf, printType } from './print-type.ts'

const named = new Map<string, JsonSchema>()
const operations = operationsOf(appRouter).map(({ path, type, input, output, openapi, errors }) => {
  const [family = '', name = ''] = path.split('.')
  const takes = Object.keys(input?.shape ?? {})
  const gives = output instanceof z.ZodObject ? Object.keys(output.shape) : []
  const facts = {
    // RFC 9110, 9.2.2
    idempotent: type === 'query' || openapi?.method === 'PUT' || openapi?.method === 'DELETE',
    createsById: openapi?.method === 'POST' && takes.includes('id') && !openapi.path.includes('{id}'),
    optionalInput: input?.safeParse({}).success === true,
    paginated: takes.includes('cursor') && gives.includes('nextCursor'),
  }
  return {
    path,
    family,
    name,
    summary: [[openapi?.summary, openapi?.description].filter(Boolean).join('. '), errorsOf(errors)]
      .filter(Boolean)
      .join(' '),
    input: (input ? typeOf(input, 'input') : 'undefined') + (facts.optionalInput ? ' | undefined' : ''),
    output: output ? typeOf(output, 'output') : 'void',
    // For the runtime table, which omits flags that are false.
    entry: [
      `type: '${type}'`,
      ...Object.entries(facts).flatMap(([name, holds]) => (holds ? `${name}: true` : [])),
    ],
  }
})

/** The errors that only some operations have. */
function errorsOf(codes: readonly string[]): string {
  return codes.length === 0 ? '' : `Errors: ${codes.map((code) => `\`${code}\``).join(', ')}.`
}

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
  '/** Codes of the errors that the service sends. */',
  'export type ErrorCode =',
  ...Object.entries(ERRORS).flatMap(([code, { status, message }]) => [
    ...docOf(`${status}: ${message}`, '  '),
    `  | '${code}'`,
  ]),
  '',
  '/** The input and the output of each operation. */',
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
  '/** How to call an operation. */',
  'export type OperationFacts = {',
  "  type: 'query' | 'mutation'",
  '  /** Calling it twice has the effect of calling it once. */',
  '  idempotent?: true',
  '  /** It is idempotent if the input has an `id`. */',
  '  createsById?: true',
  '  /** The input can be left out. */',
  '  optionalInput?: true',
  '  /** It takes the `nextCursor` of a page as `cursor`. */',
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
