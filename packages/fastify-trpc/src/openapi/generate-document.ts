import type { AnyTRPCRouter } from '@trpc/server'
import {
  type GenerateOpenApiDocumentOptions,
  type OpenApiRouter,
  generateOpenApiDocument,
} from 'trpc-openapi'
import * as z from 'zod'
import { definitionOf } from '../trpc-internals/router.ts'
import type { DocumentOptions, SecurityScheme } from './options.ts'
import type { OpenApiDocument } from './types.ts'
import { type Operation, operationsOf, unwrapped } from '../shared/operations.ts'

/** Makes the document with trpc-openapi. */
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

/** Adapts the router to the generator, which needs schemas as outputs. */
function readableRouter(router: AnyTRPCRouter): OpenApiRouter {
  const procedures = operationsOf(router).map((operation) => {
    const definition = definitionOf(operation.procedure)
    return [
      operation.path,
      { _def: { ...definition, output: operation.output, inputs: inputsOf(operation) } },
    ]
  })
  return { _def: { procedures: Object.fromEntries(procedures) } } as unknown as OpenApiRouter
}

/** Replaces parameters that the generator does not support. */
function inputsOf({ input, openapi, pathParameters, procedure }: Operation): unknown[] {
  const { inputs } = definitionOf(procedure)
  if (!input || !openapi) return inputs
  const hasQuery = openapi.method === 'GET' || openapi.method === 'DELETE'
  const parameters = Object.entries(input.shape).filter(
    ([name, member]) => (hasQuery || pathParameters.includes(name)) && isRefused(member),
  )
  if (parameters.length === 0) return inputs
  const disguised = parameters.map(([name, member]) => [name, z.pipe(member, z.unknown())])
  return [z.object({ ...input.shape, ...Object.fromEntries(disguised) }).meta(input.meta() ?? {})]
}

// The generator rejects unions and literals unless they are strings, but accepts any pipe and documents its first schema.
function isRefused(member: z.core.$ZodType): boolean {
  const { def } = unwrapped(member)._zod as { def: { type: string; element?: z.core.$ZodType } }
  if (def.type === 'array' && def.element) return isRefused(def.element)
  return def.type === 'union' || def.type === 'literal'
}
