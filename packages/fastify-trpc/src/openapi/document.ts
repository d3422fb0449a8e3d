import type { AnyTRPCRouter } from '@trpc/server'
import { correctDocument } from './correct-document.ts'
import { generateDocument } from './generate-document.ts'
import type { DocumentOptions } from './options.ts'
import { securitySchemesOf } from './security.ts'
import type { OpenApiDocument } from './types.ts'

/**
 * The OpenAPI 3.1 document of the router's REST operations. Made by trpc-openapi, then corrected to match what is served.
 * @throws Error if an operation names a code or a security scheme that the options do not have
 */
export function openApiDocument(router: AnyTRPCRouter, options: DocumentOptions): OpenApiDocument {
  const generated = generateDocument(router, options, securitySchemesOf(options))
  return correctDocument(generated, router, options)
}
