import { type AnyTRPCRouter, getTRPCErrorFromUnknown } from '@trpc/server'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { callerOf } from '../trpc-internals/call-procedure.ts'
import { BUILT_IN_ERRORS, messageOf } from '../shared/built-in-errors.ts'
import { TOO_DEEP, isDeepInput } from '../shared/deep-input.ts'
import {
  sendBuiltIn,
  sendFastifyError,
  sendNotFound,
  sendProblem,
  sendTrpcError,
  statusOf,
} from '../shared/problem.ts'
import { isVoid, operationsOf } from '../shared/operations.ts'
import { outputSender } from './send-output.ts'
import { MERGE_PATCH, acceptHeaders, mergePatchError } from './content-types.ts'
import { type RestOperation, fastifyPath, registerOtherMethods } from './paths.ts'
import { type ReadInput, inputReader } from './read-input.ts'
import { abortSignalOf } from '../shared/client-abort.ts'
import type { FastifyTrpcOptions, RestOptions } from '../types.ts'

/** Registers a Fastify route for each procedure that has `meta.openapi`. */
export function registerRest(
  app: FastifyInstance,
  { router, createContext, onError }: FastifyTrpcOptions<AnyTRPCRouter>,
  options: RestOptions,
): void {
  // `app.prefix` includes the prefixes of all outer scopes. Remove a trailing slash, because paths start with one.
  const prefix = app.prefix.replace(/\/$/, '')
  const operations = operationsOf(router).filter(
    (operation): operation is RestOperation => operation.openapi !== undefined,
  )
  const byPath = new Map(operations.map((operation) => [operation.path, operation]))

  // Remove inherited parsers as well: browsers send forms and plain text cross-site without a preflight.
  app.removeAllContentTypeParsers()
  const { onProtoPoisoning = 'error', onConstructorPoisoning = 'error' } = app.initialConfig
  const parseJson = app.getDefaultJsonParser(onProtoPoisoning, onConstructorPoisoning)
  app.addContentTypeParser(['application/json', MERGE_PATCH], { parseAs: 'string' }, parseJson)
  app.setNotFoundHandler((_, reply) => sendNotFound(reply, options))
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const operation = byPath.get(request.routeOptions.config.trpc?.path ?? '')
    const status = statusOf(reply, error)
    const trpcError = getTRPCErrorFromUnknown(error)
    // Errors of procedures are handled in the route, so a hook threw this. Report TRPCErrors and unexpected errors.
    const isTrpcError = trpcError === error
    if (isTrpcError || status >= 500) {
      onError?.({
        error: trpcError,
        path: operation?.path,
        type: operation?.type ?? 'unknown',
        input: undefined,
        ctx: undefined,
        req: request,
      })
    }
    if (isTrpcError) return sendTrpcError(reply, trpcError, { ...options, malformed: malformedOf(operation) })
    return sendFastifyError(reply, error, {
      errors: options.errors,
      headers: status === 415 && operation ? acceptHeaders(operation) : {},
    })
  })

  for (const operation of operations) registerOperation(operation)
  registerOtherMethods(app, operations, { prefix, errors: options.errors })

  function malformedOf(operation: RestOperation | undefined): Set<string> {
    return new Set([...(operation?.pathParameters ?? []), ...(options.malformedFields ?? [])])
  }

  function sendRefusal(reply: FastifyReply, refused: Extract<ReadInput, { refusal: string }>): FastifyReply {
    const { errors, ifMatchError } = options
    if (refused.refusal === 'VALIDATION_FAILED') {
      return sendBuiltIn(reply, 'VALIDATION_FAILED', { errors, fields: refused.errors })
    }
    const { status, message } = BUILT_IN_ERRORS.PRECONDITION_FAILED
    const code = ifMatchError ?? 'PRECONDITION_FAILED'
    return sendProblem(reply, { status, code, detail: messageOf(code, errors) ?? message })
  }

  function registerOperation(operation: RestOperation): void {
    const { openapi, path, type, rest } = operation
    if (type === 'subscription') throw new Error(`${path}: REST does not support subscriptions`)
    if (operation.hasOtherInput) throw new Error(`${path}: REST only supports inputs that are Zod objects`)
    const call = callerOf(operation.procedure)
    const read = inputReader(operation)
    const send = outputSender(operation, { prefix, status: rest.status ?? (isVoid(operation) ? 204 : 200) })
    const malformed = malformedOf(operation)

    app.route({
      method: openapi.method,
      url: fastifyPath(openapi.path),
      // GET and HEAD have no body.
      onRequest: (request, _, done) =>
        done(rest.mergePatch || openapi.method === 'GET' ? undefined : mergePatchError(request)),
      config: { trpc: { path, type, transport: 'rest', openApiPath: `${prefix}${openapi.path}` } },
      async handler(request, reply) {
        // Before the first await, so that a disconnect is not missed.
        const signal = abortSignalOf(reply)
        let input: unknown
        let ctx: unknown
        try {
          const result = read(request)
          if ('refusal' in result) return await sendRefusal(reply, result)
          input = result.input
          ctx = await createContext({ req: request, reply })
          const output: unknown = await call({
            path,
            type,
            ctx,
            getRawInput: async () => input,
            signal,
            batchIndex: 0,
          })
          return await send(reply, output)
        } catch (cause) {
          if (isDeepInput(cause, input)) {
            return sendBuiltIn(reply, 'MALFORMED', { detail: TOO_DEEP })
          }
          const error = getTRPCErrorFromUnknown(cause)
          onError?.({ error, path, type, input, ctx, req: request })
          return sendTrpcError(reply, error, { ...options, malformed })
        }
      },
    })
  }
}
