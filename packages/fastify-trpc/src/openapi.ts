import type { AnyTRPCRouter } from '@trpc/server'
import { type OpenApiRouter, type SecuritySchemeObject, generateOpenApiDocument } from 'trpc-openapi'
import { correctDocument, securitySchemesOf } from './openapi-correct.ts'
import type { OpenApiDocument } from './openapi-types.ts'

export type SecurityOption = { name: string; scheme: SecuritySchemeObject }

export type DocumentOptions = {
  title: string
  version: string
  description?: string
  /** Base of all paths, absolute or relative to the document. */
  serverUrl: string
  /** What opens `protect`ed operations; of several schemes, each alone will do. */
  security: SecurityOption | SecurityOption[]
  tags?: { name: string; description: string }[]
  contact?: { name?: string; url?: string }
  license?: { name: string; identifier?: string }
  /** Input members whose refusal is 400: those given to the plugin as `rest.malformedFields`. */
  malformedFields?: string[]
  /** Errors that every operation can give. */
  commonErrors?: { status: number; description: string }[]
}

/** The OpenAPI 3.1 document of the router's REST operations: trpc-openapi's, corrected to what is really served. */
export function openApiDocument(router: AnyTRPCRouter, options: DocumentOptions): OpenApiDocument {
  const { title, version, description, serverUrl } = options
  const generated = generateOpenApiDocument(router as unknown as OpenApiRouter, {
    title,
    version,
    baseUrl: serverUrl,
    openApiVersion: '3.1.0',
    securitySchemes: securitySchemesOf(options),
    ...(description !== undefined && { description }),
  })
  return correctDocument(generated as unknown as OpenApiDocument, router, options)
}
