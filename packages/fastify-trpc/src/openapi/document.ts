import type { AnyTRPCRouter } from '@trpc/server'
import { correctDocument, securitySchemesOf } from './correct-document.ts'
import { generateDocument } from './generate-document.ts'
import type { DocumentOptions } from './options.ts'
import type { OpenApiDocument } from './types.ts'

/** The OpenAPI 3.1 document of the router's REST operations: trpc-openapi's, corrected to what is really served. */
export function openApiDocument(router: AnyTRPCRouter, options: DocumentOptions): OpenApiDocument {
  const generated = generateDocument(router, options, securitySchemesOf(options))
  return correctDocument(generated, router, options)
}
