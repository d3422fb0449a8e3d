import { type AnyTRPCProcedure, type AnyTRPCRouter, type TRPCProcedureType, initTRPC } from '@trpc/server'
import type { ProcedureMeta } from '../types.ts'

/** The options of `initTRPC.create()`: transformer, error formatter, path separator. */
export function configOf(router: AnyTRPCRouter): AnyTRPCRouter['_def']['_config'] {
  return router._def._config
}

/** The default transformer, which changes nothing. */
export const PLAIN_TRANSFORMER = configOf(initTRPC.create().router({})).transformer

/** The procedures by path. Lazy routers add theirs on their first call. */
export function proceduresOf(router: AnyTRPCRouter): Record<string, AnyTRPCProcedure | undefined> {
  return router._def.procedures as Record<string, AnyTRPCProcedure>
}

export type Definition = {
  type: TRPCProcedureType
  meta: ProcedureMeta
  /** The arguments of `.input()`. */
  inputs: unknown[]
  /** The argument of `.output()`. */
  output: unknown
}

/** How the procedure was built. */
export function definitionOf({ _def }: AnyTRPCProcedure): Definition {
  const {
    type,
    meta,
    inputs = [],
    output,
  } = _def as unknown as Partial<Definition> & Pick<Definition, 'type'>
  return { type, meta: meta ?? {}, inputs, output }
}
