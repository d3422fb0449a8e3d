import type { AnyTRPCProcedure, AnyTRPCRouter, TRPCProcedureType } from '@trpc/server'
import * as z from 'zod'
import { definitionOf, proceduresOf } from '../trpc-internals/router.ts'
import { outputSchemaOf } from './trusted-output.ts'
import type { OpenApiMeta, RestMeta } from '../types.ts'

export type Operation = {
  /** Path of the procedure: 'books.get'. */
  path: string
  type: TRPCProcedureType
  procedure: AnyTRPCProcedure
  /** The schema of the input; several `.input()` are merged. Undefined without an input, or if it is not an object. */
  input: z.ZodObject | undefined
  /** True if it has an input that is not an object. */
  hasOtherInput: boolean
  output: z.ZodType | undefined
  openapi: NonNullable<OpenApiMeta['openapi']> | undefined
  rest: RestMeta
  /** Codes of the errors that the procedure throws, from its meta. */
  errors: readonly string[]
  /** The names in braces in the REST path. */
  pathParameters: string[]
}

/** The procedures of a router with their schemas and meta, except lazy ones. */
export function operationsOf(router: AnyTRPCRouter): Operation[] {
  return Object.entries(proceduresOf(router)).map(([path, procedure]) => {
    const { type, meta, output, ...definition } = definitionOf(procedure as AnyTRPCProcedure)
    const openapi = meta.openapi?.enabled === false ? undefined : meta.openapi
    const inputs = definition.inputs.map(inner).filter((input) => !isNothing(input))
    const objects = inputs.filter((input) => input instanceof z.ZodObject)
    return {
      path,
      type,
      procedure: procedure as AnyTRPCProcedure,
      input: joined(objects),
      hasOtherInput: objects.length < inputs.length,
      output: outputSchemaOf(output),
      openapi,
      rest: meta.rest ?? {},
      errors: meta.errors ?? [],
      pathParameters: pathParametersOf(openapi?.path ?? ''),
    }
  })
}

/** The names in braces in a REST path: '/books/{id}' has 'id'. */
export function pathParametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => interned(name))
}

/**
 * The same text, as V8 stores the names of properties. Where a property is read by any other string, V8 discards its
 * compiled code and compiles it again, every few thousand calls.
 */
export const interned = (name: string): string => Object.keys({ [name]: true })[0] ?? name

const inner = (input: unknown) => (input instanceof z.ZodType ? unwrapped(input) : input)

const isNothing = (schema: unknown) => schema instanceof z.ZodVoid || schema instanceof z.ZodUndefined

function joined(objects: z.ZodObject[]): z.ZodObject | undefined {
  if (objects.length < 2) return objects[0]
  return z.object(Object.assign({}, ...objects.map(({ shape }) => shape)) as z.ZodRawShape)
}

type Wrapper = {
  type: string
  innerType?: z.core.$ZodType
  in?: z.core.$ZodType
  out?: z.core.$ZodType
}

/** The schema inside optional, default, pipe and similar wrappers. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { type, innerType, in: first, out } = schema._zod.def as Wrapper
  if (innerType) return unwrapped(innerType)
  if (type !== 'pipe' || !first || !out) return schema
  // In z.preprocess, the first schema is a transform that accepts anything.
  return unwrapped(first._zod.def.type === 'transform' ? out : first)
}

export function isVoid({ output }: Operation): boolean {
  return isNothing(output)
}

/** True if the schema rejects unknown members. */
export function isStrict(input: z.ZodObject): boolean {
  return input._zod.def.catchall?._zod.def.type === 'never'
}
