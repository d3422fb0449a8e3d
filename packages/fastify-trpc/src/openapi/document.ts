import type { AnyTRPCRouter } from '@trpc/server'
import { correctDocument } from './correct-document.ts'
import { generateDocument } from './generate-document.ts'
import type { DocumentOptions } from './options.ts'
import { securitySchemesOf } from './security.ts'
import type { OpenApiDocument } from './types.ts'

/**
 * The OpenAPI 3.1 document of the router's REST operations. trpc-openapi generates it, and corrections make
 * it match the routes.
 * @throws Error if an operation names a code or a security scheme that is missing in the options
 */
export function openApiDocument(router: AnyTRPCRouter, options: DocumentOptions): OpenApiDocument {
  const generated = generateDocument(router, options, securitySchemesOf(options))
  return correctDocument(generated, router, options)
}
