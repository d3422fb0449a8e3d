import {
  type AnyTRPCRouter,
  TRPCError,
  type TRPCErrorShape,
  getTRPCErrorShape,
  transformTRPCResponse,
} from '@trpc/server'
import { type TRPCRequestInfo, getHTTPStatusCode } from '@trpc/server/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDataStream } from '../shared/data-stream.ts'
import { type Outcome, type Outcomes, errorOf } from './run-calls.ts'
import type { RequestError } from './errors.ts'
import { PLAIN_TRANSFORMER, configOf, definitionOf } from '../trpc-internals/router.ts'
import type { FastifyTrpcOptions, RpcOptions } from '../types.ts'

type Body = Parameters<NonNullable<RpcOptions['responseMeta']>>[0]['data'][number]

type Answer = { bodies: Body[]; isBatch: boolean; errors: (TRPCError | undefined)[] }

type CallDetails = { info?: TRPCRequestInfo; ctx?: unknown }

/** Sends the outcomes of plain requests as tRPC's resolver would. */
export function plainSender(
  { router, onError }: FastifyTrpcOptions<AnyTRPCRouter>,
  { responseMeta }: RpcOptions,
) {
  const config = configOf(router)
  const isPlain = config.transformer === PLAIN_TRANSFORMER

  function send(
    reply: FastifyReply,
    { bodies, isBatch, errors }: Answer,
    { info, ctx }: CallDetails,
  ): FastifyReply {
    const meta = responseMeta?.({
      ctx,
      info,
      // oxlint-disable-next-line typescript/no-deprecated -- tRPC 11 still passes it, so users may read it
      paths: info?.calls.map(({ path }) => path),
      data: bodies,
      errors: errors.filter((error) => error !== undefined),
      eagerGeneration: false,
      type: info?.type ?? 'unknown',
    })
    const texts = bodies.map(textOf)
    const text = isBatch ? `[${texts.join(',')}]` : (texts[0] ?? '')
    const failed = errors.some((error) => error !== undefined)
    const status = meta?.status ?? (failed ? getHTTPStatusCode(bodies, errors) : 200)
    reply.code(status).serializer(String)
    if (meta?.headers) setHeaders(reply, meta.headers)
    else reply.header('content-type', CONTENT_TYPE).header('vary', varyOf(reply, VARY))
    return reply.send(text)
  }

  function textOf(body: Body): string {
    return JSON.stringify(isPlain ? body : transformTRPCResponse(config, body))
  }

  /** Sends an error that belongs to no call: the request could not be read, or the response could not be written. */
  function sendError(request: FastifyRequest, reply: FastifyReply, failure: CallDetails & RequestError) {
    const { error, status, ctx, info } = failure
    const type = info?.type ?? 'unknown'
    onError?.({ error, path: undefined, type, input: undefined, ctx, req: request })
    const shape = getTRPCErrorShape({ config, error, ctx, path: undefined, type, input: undefined })
    const shown = status === undefined ? shape : withStatus(shape, status)
    return send(reply, { bodies: [{ error: shown }], isBatch: false, errors: [error] }, failure)
  }

  function bodyOf({ call, data }: Outcome, error: TRPCError | undefined, { ctx, info }: Outcomes): Body {
    if (!error) return { result: { data } }
    const { path, procedure } = call
    const type = procedure ? definitionOf(procedure).type : info.type
    return { error: getTRPCErrorShape({ config, error, ctx, path, type, input: call.result() }) }
  }

  function sendOutcomes(request: FastifyRequest, reply: FastifyReply, result: Outcomes): FastifyReply {
    const { outcomes, info } = result
    const isBatch = info.isBatchCall
    try {
      const errors = outcomes.map(
        ({ error, data }) => error ?? (isDataStream(data) ? streamNotSupported() : undefined),
      )
      // tRPC reports this error of a single call without its path.
      if (!isBatch && errors[0] && !outcomes[0]?.error) throw errors[0]
      const bodies = outcomes.map((outcome, index) => bodyOf(outcome, errors[index], result))
      return send(reply, { bodies, isBatch, errors }, result)
    } catch (cause) {
      return sendError(request, reply, { ...result, error: errorOf(cause, result.inputs.result()) })
    }
  }

  return { sendOutcomes, sendError }
}

const CONTENT_TYPE = 'application/json'
const VARY = 'trpc-accept, accept'

type MetaHeaders = NonNullable<ReturnType<NonNullable<RpcOptions['responseMeta']>>['headers']>

/** Merges the headers of `responseMeta` as tRPC does: a `Headers` object appends to tRPC's own, a plain object replaces them. */
function setHeaders(reply: FastifyReply, added: MetaHeaders): void {
  const headers = new Headers({ vary: VARY, 'content-type': CONTENT_TYPE })
  const entries =
    added instanceof Headers
      ? [...added].map(([name, value]) => [name, [value]] as const)
      : Object.entries(added)
  for (const [name, value] of entries) {
    if (typeof value === 'string') headers.set(name, value)
    else for (const each of value ?? []) headers.append(name, each)
  }
  for (const [name, value] of headers) reply.header(name, name === 'vary' ? varyOf(reply, value) : value)
}

/** Vary, merged with the value that CORS or compression has already set. */
export function varyOf(reply: FastifyReply, own: string): string {
  const others = reply.getHeader('vary')
  if (others === undefined) return own
  const names = [others, own].flat().join(',').split(',')
  const trimmed = names.map((name) => name.trim()).filter((name) => name !== '')
  return [...new Map(trimmed.map((name) => [name.toLowerCase(), name])).values()].join(', ')
}

/** Sets the status in the body, unless the router's formatter has removed it. */
function withStatus(shape: TRPCErrorShape, httpStatus: number): TRPCErrorShape {
  const { data } = shape as { data?: { httpStatus?: unknown } }
  return typeof data?.httpStatus === 'number' ? { ...shape, data: { ...data, httpStatus } } : shape
}

const streamNotSupported = () =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Cannot use stream-like response in non-streaming request - use httpBatchStreamLink',
  })
