import {
  type AnyTRPCRouter,
  TRPCError,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  transformTRPCResponse,
} from '@trpc/server'
import { getHTTPStatusCode } from '@trpc/server/http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TOO_DEEP, isDeepInput } from './deep-input.ts'
import { type Operation, operationsOf } from './procedures.ts'
import { makeResolve, varyOf } from './rpc-resolve.ts'
import { abortSignalOf } from './signal.ts'
import type { FastifyTrpcOptions, RpcOptions } from './types.ts'

/**
 * One Fastify route per query (GET) and mutation (POST); batches, streams, subscriptions and whatever is out of the
 * ordinary go through tRPC's own resolver, so the wire format is tRPC's to the letter.
 */
export function registerRpc(
  app: FastifyInstance,
  options: FastifyTrpcOptions<AnyTRPCRouter>,
  rpc: RpcOptions,
): void {
  const { router, createContext, onError } = options
  const config = router._def._config
  const resolve = makeResolve(app, options, rpc)
  // tRPC reads the text itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => done(null, body))
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(request, reply, fromFastify(error)))

  for (const operation of operationsOf(router)) registerProcedure(operation)
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/*',
    exposeHeadRoute: false,
    config: { trpc: { path: '*', door: 'rpc' } },
    handler: (request, reply) => {
      const { '*': path } = request.params as { '*': string }
      return resolve(request, reply, path)
    },
  })

  function registerProcedure({ path, type }: Operation): void {
    if (type === 'subscription') return
    app.route({
      method: type === 'query' ? 'GET' : 'POST',
      url: `/${path}`,
      // tRPC answers HEAD without a call: by the wildcard route.
      exposeHeadRoute: false,
      config: { trpc: { path, type, door: 'rpc' } },
      async handler(request, reply) {
        const call = plainCall(request, config.transformer.input.deserialize)
        if (!call) return resolve(request, reply, path)
        let ctx: unknown
        // An error formatter sees only what the procedure has read.
        let input: unknown
        try {
          ctx = await createContext({ req: request, reply })
          const data: unknown = await callTRPCProcedure({
            router,
            path,
            type,
            ctx,
            input: call.input,
            getRawInput: async () => (input = call.input),
            signal: abortSignalOf(request, reply),
            batchIndex: 0,
          })
          if (isDataStream(data)) return sendError(request, reply, { error: streamRefused() })
          return send(reply, 200, { result: { data } })
        } catch (cause) {
          const error = isDeepInput(cause, call.input)
            ? new TRPCError({ code: 'PARSE_ERROR', message: TOO_DEEP, cause })
            : getTRPCErrorFromUnknown(cause)
          return sendError(request, reply, {
            error,
            ctx,
            path,
            type,
            input,
          })
        }
      },
    })
  }

  type Failure = {
    error: TRPCError
    ctx?: unknown
    path?: string
    type?: 'query' | 'mutation' | 'unknown'
    input?: unknown
  }

  function sendError(
    request: FastifyRequest,
    reply: FastifyReply,
    { error, ctx, path, type = 'unknown', input }: Failure,
  ) {
    onError?.({ error, path, type, input, ctx, req: request })
    const shape = getTRPCErrorShape({ config, error, ctx, path, type, input })
    const body = { error: shape }
    return send(reply, getHTTPStatusCode(body), body)
  }

  function send(
    reply: FastifyReply,
    status: number,
    body: Parameters<typeof transformTRPCResponse>[1],
  ): FastifyReply {
    const text = JSON.stringify(transformTRPCResponse(config, body))
    return reply
      .code(status)
      .serializer(String)
      .header('content-type', 'application/json')
      .header('vary', varyOf(reply, 'trpc-accept, accept'))
      .send(text)
  }
}

/** The input of a call that is neither batched nor streamed nor malformed; of others, tRPC's handler knows better. */
function plainCall(
  request: FastifyRequest,
  deserialize: (value: unknown) => unknown,
): { input: unknown } | undefined {
  const { headers, method } = request
  const query = request.query as Record<string, string | undefined>
  const isPost = method === 'POST'
  if (
    query['batch'] !== undefined ||
    query['connectionParams'] !== undefined ||
    headers['trpc-accept'] !== undefined ||
    headers.accept?.includes('application/jsonl') ||
    (!isPost && headers['content-type'] !== undefined)
  )
    return undefined
  const text: unknown = isPost ? request.body : query['input']
  if (!isPost && (text === undefined || text === '')) return { input: undefined }
  // A POST without a body may lack the content type, which tRPC insists on.
  if (typeof text !== 'string' || text === '') return undefined
  try {
    return { input: deserialize(JSON.parse(text)) }
  } catch {
    return undefined
  }
}

/** Of such an output, tRPC refuses to make one JSON text. */
function isDataStream(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  const values = [data, ...Object.values(data)]
  return values.some((value) => isAsyncIterable(value)) || values.some((value) => value instanceof Promise)
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

const streamRefused = () =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Cannot use stream-like response in non-streaming request - use httpBatchStreamLink',
  })

const FASTIFY_CODES: Record<number, TRPCError['code']> = {
  400: 'PARSE_ERROR',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

/** What Fastify refused before tRPC saw it, in tRPC's words. */
function fromFastify(cause: FastifyError): { error: TRPCError } {
  const code = FASTIFY_CODES[cause.statusCode ?? 500] ?? 'INTERNAL_SERVER_ERROR'
  return {
    error: new TRPCError({
      code,
      message: code === 'INTERNAL_SERVER_ERROR' ? 'Something went wrong.' : cause.message,
      cause,
    }),
  }
}
