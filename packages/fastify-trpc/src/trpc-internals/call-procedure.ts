import { type AnyTRPCProcedure, TRPCError, getTRPCErrorFromUnknown } from '@trpc/server'
import { isTrusted } from '../shared/trusted-output.ts'

export type CallOptions = Parameters<AnyTRPCProcedure>[0]

type Changes = { ctx?: object; input?: unknown; getRawInput?: () => Promise<unknown> }

type Result = { ok: boolean; data?: unknown; error?: unknown; marker: 'middlewareMarker' } | undefined

type Middleware = {
  (options: CallOptions & { meta: unknown; next: (changes?: Changes) => Promise<Result> }): Promise<Result>
  _type?: string
}

type Definition = {
  middlewares?: Middleware[]
  experimental_caller?: boolean
  meta: unknown
  output?: unknown
}

/**
 * Makes the function that calls a procedure: it runs the procedure's middlewares without the copies that tRPC's ES2017
 * build makes for each (see README.md). Falls back to tRPC's own caller where the middlewares are not accessible.
 */
export function callerOf(procedure: AnyTRPCProcedure): (options: CallOptions) => Promise<unknown> {
  const { _def } = procedure as unknown as { _def: Definition }
  if (!Array.isArray(_def.middlewares) || _def.experimental_caller) return procedure
  const { meta } = _def
  // Skip output parsers that return the output unchanged.
  const isIdle = ({ _type }: Middleware) => _type === 'output' && isTrusted(_def.output)
  const middlewares = _def.middlewares.filter((middleware) => !isIdle(middleware))

  async function step(index: number, options: CallOptions): Promise<Result> {
    const { ctx, getRawInput, input, path, type, signal, batchIndex } = options
    try {
      return await middlewares[index]?.({
        ctx,
        getRawInput,
        path,
        type,
        signal,
        batchIndex,
        meta,
        input,
        next: (changes) =>
          step(index + 1, {
            ctx: changes?.ctx ? { ...(ctx as object), ...changes.ctx } : ctx,
            input: changes && 'input' in changes ? changes.input : input,
            getRawInput: changes?.getRawInput ?? getRawInput,
            path,
            type,
            signal,
            batchIndex,
          }),
      })
    } catch (cause) {
      return { ok: false, error: getTRPCErrorFromUnknown(cause), marker: 'middlewareMarker' }
    }
  }

  return async (options) => {
    const result = await step(0, options)
    if (!result) throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: NO_RESULT })
    if (!result.ok) throw result.error
    return result.data
  }
}

const NO_RESULT = 'No result from middlewares - did you forget to `return next()`?'
