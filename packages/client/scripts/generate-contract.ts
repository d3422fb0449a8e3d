// Writes src/generated/contract.ts: the router's inputs and outputs as plain TypeScript, so that the SDK's types need
// neither the server's code nor Zod.
import { appRouter } from '@todo/api'
import { operationsOf } from 'fastify-trpc'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type JsonSchema, printType } from './print-type.ts'

const named = new Map<string, JsonSchema>()
const operations = operationsOf(appRouter).map((operation) => {
  const { path, type, input, output, openapi } = operation
  const [family = '', name = ''] = path.split('.')
  const members = Object.keys(input?.shape ?? {})
  return {
    path,
    family,
    name,
    type,
    summary: [openapi?.summary, openapi?.description].filter(Boolean).join('. '),
    input: input ? typeOf(input, 'input') : 'undefined',
    optional: input === undefined || input.safeParse({}).success,
    output: output ? typeOf(output, 'output') : 'void',
    // RFC 9110 9.2.2; a POST is, when the client chooses the id of what it creates.
    idempotent: type === 'query' || openapi?.method === 'PUT' || openapi?.method === 'DELETE',
    createsById: openapi?.method === 'POST' && members.includes('id') && !openapi.path.includes('{id}'),
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
      ...(schema.description ? [`/** ${schema.description} */`] : []),
      `export type ${name} = ${printType({ ...schema, id: undefined }, 0)}`,
      '',
    ]),
  '/** What each operation takes and gives. */',
  'export type Contract = {',
  ...[...families].flatMap(([family, members]) => [
    `  ${family}: {`,
    ...members.flatMap(({ name, summary, input, optional, output }) => [
      `    /** ${summary} */`,
      `    ${name}: { input: ${input}${optional && input !== 'undefined' ? ' | undefined' : ''}; output: ${output} }`,
    ]),
    '  }',
  ]),
  '}',
  '',
  '/** How each operation is called, and whether calling it again does no more than calling it once. */',
  'export const operations: Readonly<',
  "  Record<string, { type: 'query' | 'mutation'; idempotent: boolean; createsById: boolean }>",
  '> = {',
  ...operations.map(
    ({ path, type, idempotent, createsById }) =>
      `  '${path}': { type: '${type}', idempotent: ${idempotent}, createsById: ${createsById} },`,
  ),
  '}',
  '',
]
const directory = join(import.meta.dirname, '../src/generated')
mkdirSync(directory, { recursive: true })
writeFileSync(join(directory, 'contract.ts'), lines.join('\n'))
