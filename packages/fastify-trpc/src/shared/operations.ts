import type { AnyTRPCProcedure, AnyTRPCRouter, TRPCProcedureType } from '@trpc/server'
import * as z from 'zod'
import { asKey } from './as-key.ts'
import { outputSchemaOf } from './trusted-output.ts'
import type { OpenApiMeta, ProcedureMeta, RestMeta } from '../types.ts'

export type Operation = {
  /** Path of the procedure: 'books.get'. */
  path: string
  type: TRPCProcedureType
  procedure: AnyTRPCProcedure
  /** The input's schema, of several `.input()` their union; undefined: it takes none, or one that is no object. */
  input: z.ZodObject | undefined
  /** It takes an input that is no object. */
  hasOtherInput: boolean
  output: z.ZodType | undefined
  openapi: NonNullable<OpenApiMeta['openapi']> | undefined
  rest: RestMeta
  /** Codes of the errors that it throws, as its meta cites them. */
  errors: readonly string[]
  /** Names in braces in the REST path. */
  pathParameters: string[]
}

/** The procedures of a router, but lazy ones, with what their meta says. */
export function operationsOf(router: AnyTRPCRouter): Operation[] {
  const procedures = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>)
  return procedures.map(([path, procedure]) => {
    const { _def } = procedure
    const definition = _def as typeof _def & { inputs: unknown[]; output?: unknown }
    const meta = (_def.meta ?? {}) as ProcedureMeta
    const openapi = meta.openapi?.enabled === false ? undefined : meta.openapi
    const inputs = definition.inputs.map(inner).filter((input) => !isNothing(input))
    const objects = inputs.filter((input) => input instanceof z.ZodObject)
    return {
      path,
      type: _def.type,
      procedure,
      input: joined(objects),
      hasOtherInput: objects.length < inputs.length,
      output: outputSchemaOf(definition.output),
      openapi,
      rest: meta.rest ?? {},
      errors: meta.errors ?? [],
      pathParameters: pathParametersOf(openapi?.path ?? ''),
    }
  })
}

/** The names in braces in a REST path: '/books/{id}' has 'id'. */
export function pathParametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => asKey(name))
}

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

/** Through optional, default and the like. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { type, innerType, in: first, out } = schema._zod.def as Wrapper
  if (innerType) return unwrapped(innerType)
  if (type !== 'pipe' || !first || !out) return schema
  // z.preprocess: what is in front of the schema takes anything.
  return unwrapped(first._zod.def.type === 'transform' ? out : first)
}

export function isVoid({ output }: Operation): boolean {
  return isNothing(output)
}

/** Whether the schema refuses unknown members. */
export function isStrict(input: z.ZodObject): boolean {
  return input._zod.def.catchall?._zod.def.type === 'never'
}
