import type { AnyTRPCRouter } from '@trpc/server'
import { operationsOf } from '../shared/operations.ts'
import { catalogueOf, codesOf } from './catalogue.ts'
import { correctOperation } from './correct-operation.ts'
import type { DocumentOptions } from './options.ts'
import { problemSchema } from './problem-schema.ts'
import { securitySchemesOf } from './security.ts'
import type { OpenApiDocument, Schema } from './types.ts'

/** Corrects the generated document: its statuses, headers, security and errors become those that REST sends. */
export function correctDocument(
  document: OpenApiDocument,
  router: AnyTRPCRouter,
  options: DocumentOptions,
): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  const catalogue = catalogueOf(options)
  const codes = new Set(catalogue.codes)
  const schemas = withoutErrors(document.components.schemas)
  for (const operation of operationsOf(router)) {
    const { openapi } = operation
    if (!openapi) continue
    for (const code of codesOf(operation, options)) codes.add(code)
    const method = openapi.method.toLowerCase()
    const generated = document.paths[openapi.path]?.[method]
    if (!generated)
      throw new Error(`${operation.path}: the generator left out ${openapi.method} ${openapi.path}`)
    paths[openapi.path] = {
      ...paths[openapi.path],
      [method]: correctOperation(generated, operation, { options, catalogue, schemas }),
    }
  }
  const { tags, contact, license, serverUrl } = options
  return {
    openapi: '3.1.0',
    info: { ...document.info, ...(contact && { contact }), ...(license && { license }) },
    servers: [{ url: serverUrl }],
    ...(tags && { tags }),
    paths,
    components: {
      schemas: { ...schemas, Problem: problemSchema([...codes]) },
      securitySchemes: securitySchemesOf(options),
    },
  }
}

/** Removes the generator's own error schemas. */
function withoutErrors(schemas: Record<string, Schema> = {}): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.startsWith('error.')))
}
