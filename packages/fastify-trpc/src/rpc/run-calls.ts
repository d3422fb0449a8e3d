import { type AnyTRPCRouter, TRPCError, getTRPCErrorFromUnknown } from '@trpc/server'
import { createURL } from '@trpc/server/adapters/node-http'
import type { TRPCRequestInfo } from '@trpc/server/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { configOf } from '../trpc-internals/router.ts'
import { TOO_DEEP, isDeepInput } from '../shared/deep-input.ts'
import { type Inputs, inputsOf } from './inputs.ts'
import type { PlainCall, PlainRequest } from './plain-request.ts'
import { abortSignalOf } from '../shared/client-abort.ts'
import type { FastifyTrpcOptions } from '../types.ts'

type Call = TRPCRequestInfo['calls'][number]

export type Outcome = { call: Call; error?: TRPCError; data?: unknown }

export type Outcomes = { info: TRPCRequestInfo; ctx: unknown; outcomes: Outcome[]; inputs: Inputs }

/** Runs the calls of a plain request concurrently, with one context. */
export function plainRunner({ router, createContext, onError }: FastifyTrpcOptions<AnyTRPCRouter>) {
  const { transformer } = configOf(router)
  const deserialize = (value: unknown): unknown => transformer.input.deserialize(value)

  return async (request: FastifyRequest, reply: FastifyReply, plain: PlainRequest): Promise<Outcomes> => {
    const { isBatch, calls, text } = plain
    const inputs = inputsOf({ text, isBatch, count: calls.length, deserialize })
    const signal = abortSignalOf(reply)
    const info = new PlainInfo(request, plain, { inputs, signal })
    let ctx: unknown
    let failure: TRPCError | undefined
    try {
      ctx = await createContext({ req: request, reply, info })
    } catch (cause) {
      failure = getTRPCErrorFromUnknown(cause)
    }

    async function run({ path, type, call }: PlainCall, batchIndex: number): Promise<Outcome> {
      const details = info.calls[batchIndex] as Call
      try {
        if (failure) throw failure
        return {
          call: details,
          data: await call({ path, type, ctx, getRawInput: details.getRawInput, signal, batchIndex }),
        }
      } catch (cause) {
        const input = details.result()
        const error = errorOf(cause, input)
        onError?.({ error, path, type, input, ctx, req: request })
        return { call: details, error }
      }
    }

    const first = calls[0]
    const outcomes = calls.length === 1 && first ? [await run(first, 0)] : await Promise.all(calls.map(run))
    return { info, ctx, outcomes, inputs }
  }
}

export function errorOf(cause: unknown, input: unknown): TRPCError {
  return isDeepInput(cause, input)
    ? new TRPCError({ code: 'PARSE_ERROR', message: TOO_DEEP, cause })
    : getTRPCErrorFromUnknown(cause)
}

/**
 * The `info` that tRPC passes to `createContext`. A class, because creating an object literal with a getter takes a
 * quarter of a small call's time.
 */
class PlainInfo implements TRPCRequestInfo {
  readonly isBatchCall: boolean
  readonly accept = null
  readonly type: TRPCRequestInfo['type']
  readonly calls: Call[]
  readonly connectionParams = null
  readonly signal: AbortSignal
  readonly #request: FastifyRequest

  constructor(
    request: FastifyRequest,
    { isBatch, calls }: PlainRequest,
    read: { inputs: Inputs; signal: AbortSignal },
  ) {
    const { inputs, signal } = read
    this.isBatchCall = isBatch
    this.type = calls[0]?.type ?? 'unknown'
    this.calls = calls.map(({ path, procedure }, batchIndex) => ({
      batchIndex,
      path,
      procedure,
      getRawInput: async () => inputs.read()[batchIndex],
      result: () => inputs.result()?.[batchIndex],
    }))
    this.signal = signal
    this.#request = request
  }

  /** Created on demand. */
  get url(): URL {
    return createURL(this.#request.raw)
  }
}
