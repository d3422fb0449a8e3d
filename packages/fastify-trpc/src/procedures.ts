import type { AnyTRPCProcedure, AnyTRPCRouter, TRPCProcedureType } from '@trpc/server'
import type { OpenApiMeta } from 'trpc-openapi'
import { z } from 'zod'
import type { RestMeta } from './types.ts'

export type Operation = {
  /** Path of the procedure: 'todos.get'. */
  path: string
  type: TRPCProcedureType
  /** The input's schema; undefined: it takes none. */
  input: z.ZodObject | undefined
  output: z.ZodType | undefined
  openapi: NonNullable<OpenApiMeta['openapi']> | undefined
  rest: RestMeta
  /** Names in braces in the REST path. */
  pathParameters: string[]
}

/** The procedures of a router, but lazy ones, with what their meta says. */
export function operationsOf(router: AnyTRPCRouter): Operation[] {
  const procedures = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>)
  return procedures.map(([path, { _def }]) => {
    const definition = _def as typeof _def & { inputs?: unknown[]; output?: unknown }
    const meta = (_def.meta ?? {}) as OpenApiMeta & { rest?: RestMeta }
    const openapi = meta.openapi?.enabled === false ? undefined : meta.openapi
    return {
      path,
      type: _def.type,
      input: objectInput(definition.inputs ?? []),
      output: definition.output instanceof z.ZodType ? definition.output : undefined,
      openapi,
      rest: meta.rest ?? {},
      pathParameters: [...(openapi?.path ?? '').matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []),
    }
  })
}

/** REST finds the members of an input in path, query and body, so it serves procedures with one object. */
function objectInput(inputs: unknown[]): z.ZodObject | undefined {
  const [first, ...others] = inputs.filter((input) => input instanceof z.ZodType).map(unwrapped)
  return first instanceof z.ZodObject && others.length === 0 ? first : undefined
}

/** Through optional, default and the like. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod as { def: { type: string; innerType?: z.core.$ZodType; in?: z.core.$ZodType } }
  if (def.innerType) return unwrapped(def.innerType)
  if (def.type === 'pipe' && def.in) return unwrapped(def.in)
  return schema
}

export function isVoid({ output }: Operation): boolean {
  return output instanceof z.ZodVoid || output instanceof z.ZodUndefined
}
