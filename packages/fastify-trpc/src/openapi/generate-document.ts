import type { AnyTRPCRouter } from '@trpc/server'
import {
  type GenerateOpenApiDocumentOptions,
  type OpenApiRouter,
  generateOpenApiDocument,
} from 'trpc-openapi'
import * as z from 'zod'
import type { DocumentOptions, SecurityScheme } from './options.ts'
import type { OpenApiDocument } from './types.ts'
import { type Operation, operationsOf, unwrapped } from '../shared/operations.ts'

/** The document as trpc-openapi makes it. */
export function generateDocument(
  router: AnyTRPCRouter,
  { title, version, description, serverUrl }: DocumentOptions,
  securitySchemes: Record<string, SecurityScheme>,
): OpenApiDocument {
  return generateOpenApiDocument(readableRouter(router), {
    title,
    version,
    baseUrl: serverUrl,
    openApiVersion: '3.1.0',
    securitySchemes: securitySchemes as NonNullable<GenerateOpenApiDocumentOptions['securitySchemes']>,
    ...(description !== undefined && { description }),
  }) as unknown as OpenApiDocument
}

/** The router as the generator can read it: outputs are schemas, also where they are trusted. */
function readableRouter(router: AnyTRPCRouter): OpenApiRouter {
  const procedures = operationsOf(router).map((operation) => {
    const { _def } = operation.procedure
    return [operation.path, { _def: { ..._def, output: operation.output, inputs: inputsOf(operation) } }]
  })
  return { _def: { procedures: Object.fromEntries(procedures) } } as unknown as OpenApiRouter
}

/** Inputs whose parameters the generator takes. */
function inputsOf({ input, openapi, pathParameters, procedure }: Operation): unknown[] {
  const { inputs } = procedure._def
  if (!input || !openapi) return inputs
  const hasQuery = openapi.method === 'GET' || openapi.method === 'DELETE'
  const parameters = Object.entries(input.shape).filter(
    ([name, member]) => (hasQuery || pathParameters.includes(name)) && isRefused(member),
  )
  if (parameters.length === 0) return inputs
  const disguised = parameters.map(([name, member]) => [name, z.pipe(member, z.unknown())])
  return [z.object({ ...input.shape, ...Object.fromEntries(disguised) }).meta(input.meta() ?? {})]
}

// The generator refuses unions and literals that are not text alone, but takes any pipe, whose schema is that of what
// goes in.
function isRefused(member: z.core.$ZodType): boolean {
  const { def } = unwrapped(member)._zod as { def: { type: string; element?: z.core.$ZodType } }
  if (def.type === 'array' && def.element) return isRefused(def.element)
  return def.type === 'union' || def.type === 'literal'
}
