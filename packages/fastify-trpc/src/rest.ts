import { type AnyTRPCRouter, TRPCError, callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { etagMatches, formatEtag, versionOfIfMatch } from './etag.ts'
import { sendFastifyError, sendNotFound, sendProblem, sendTrpcError } from './problem.ts'
import { type Operation, isVoid, operationsOf } from './procedures.ts'
import { type Codec, codecsOf } from './rest-input.ts'
import { abortSignalOf } from './signal.ts'
import type { FastifyTrpcOptions, FieldError, RestOptions } from './types.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const MERGE_PATCH = 'application/merge-patch+json'

type RestOperation = Operation & { openapi: NonNullable<Operation['openapi']> }

/** One Fastify route per procedure that has `meta.openapi`. */
export function registerRest(
  app: FastifyInstance,
  { router, createContext, onError }: FastifyTrpcOptions<AnyTRPCRouter>,
  options: RestOptions,
): void {
  const { prefix = '' } = options
  const operations = operationsOf(router).filter(
    (operation): operation is RestOperation => operation.openapi !== undefined,
  )

  // Fastify's own would make a string of it, where a JSON object is wanted.
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(MERGE_PATCH, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
  app.setNotFoundHandler(sendNotFound)
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    // Only an error that nobody expected is told here; procedures' own are told where they are caught.
    if ((error.statusCode ?? 500) >= 500)
      onError?.({ error: getTRPCErrorFromUnknown(error), path: undefined, req: request })
    return sendFastifyError(reply, error, error.statusCode === 415 ? acceptHeaders(request) : {})
  })

  for (const operation of operations) registerOperation(operation)
  for (const [path, methods] of methodsByPath(operations)) registerOtherMethods(path, methods)

  function registerOperation(operation: RestOperation): void {
    const { openapi, path, type, rest, pathParameters } = operation
    const read = inputReader(operation)
    const malformed = new Set([...pathParameters, ...(options.malformedFields ?? [])])
    const status = rest.status ?? (isVoid(operation) ? 204 : 200)

    app.route({
      method: openapi.method,
      url: fastifyPath(openapi.path),
      onRequest: (request, _, done) => done(rest.mergePatch ? undefined : refuseMergePatch(request)),
      config: { trpc: { path, door: 'rest', openApiPath: `${prefix}${openapi.path}` } },
      async handler(request, reply) {
        try {
          const { input, errors } = read(request)
          if (errors.length > 0) {
            return sendProblem(reply, {
              status: 422,
              code: 'VALIDATION_FAILED',
              detail: 'The input is not valid.',
              errors,
            })
          }
          const ctx = await createContext({ req: request, reply })
          const signal = abortSignalOf(request, reply)
          const output: unknown = await callTRPCProcedure({
            router,
            path,
            type,
            ctx,
            input,
            getRawInput: async () => input,
            signal,
            batchIndex: 0,
          })
          return answer(operation, { request, reply, output, status })
        } catch (cause) {
          const error = getTRPCErrorFromUnknown(cause)
          onError?.({ error, path, req: request })
          return sendTrpcError(reply, error, { ...options, malformed })
        }
      },
    })
  }

  function answer(
    { rest }: RestOperation,
    {
      request,
      reply,
      output,
      status,
    }: { request: FastifyRequest; reply: FastifyReply; output: unknown; status: number },
  ): FastifyReply {
    reply.code(status)
    if (rest.etag !== undefined) {
      const etag = formatEtag(member(output, rest.etag))
      reply.header('etag', etag)
      const safe = request.method === 'GET' || request.method === 'HEAD'
      if (safe && etagMatches(request.headers['if-none-match'], etag)) return reply.code(304).send()
    }
    if (rest.location !== undefined) {
      const location = rest.location.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(String(member(output, name))),
      )
      reply.header('location', `${prefix}${location}`)
    }
    if (status === 204) return reply.send()
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .serializer(String)
      .send(JSON.stringify(output))
  }

  /** RFC 9110 15.5.6: a known path answers a wrong method with 405 and what it allows. */
  function registerOtherMethods(path: string, allowed: Set<string>): void {
    if (allowed.has('GET')) allowed.add('HEAD')
    const allow = [...allowed].join(', ')
    const others = METHODS.filter((method) => !allowed.has(method))
    app.route({
      method: [...others],
      url: fastifyPath(path),
      exposeHeadRoute: false,
      config: { trpc: { path: '*', door: 'rest', openApiPath: `${prefix}${path}` } },
      // Before the body is looked at: a wrong method is wrong whatever it carries.
      onRequest: (_, reply, done) => {
        sendProblem(reply, {
          status: 405,
          code: 'METHOD_NOT_ALLOWED',
          detail: `This path takes ${allow}.`,
          headers: { allow },
        })
        done()
      },
      handler: (_, reply) => reply,
    })
  }
}

/** Of the methods with a body, only those that say so take a merge patch. */
function refuseMergePatch({ headers }: FastifyRequest): FastifyError | undefined {
  if (!headers['content-type']?.toLowerCase().startsWith(MERGE_PATCH)) return undefined
  return Object.assign(new Error(), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    name: 'FastifyError',
    statusCode: 415,
  })
}

const fastifyPath = (path: string) => path.replace(/\{(\w+)\}/g, ':$1')

const member = (value: unknown, name: string) => (value as Record<string, unknown>)[name]

function methodsByPath(operations: RestOperation[]): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>()
  for (const { openapi } of operations) {
    const known = methods.get(openapi.path) ?? new Set()
    methods.set(openapi.path, known.add(openapi.method))
  }
  return methods
}

/** RFC 5789 and the registry of fields: a 415 tells what would have been taken. */
function acceptHeaders(request: FastifyRequest): Record<string, string> {
  return request.method === 'PATCH'
    ? { 'accept-patch': `application/json, ${MERGE_PATCH}` }
    : { 'accept-post': 'application/json' }
}

type Read = { input: unknown; errors: FieldError[] }

/** Collects an operation's input from path, query, body and headers. */
function inputReader(operation: RestOperation): (request: FastifyRequest) => Read {
  const { input: schema, openapi, pathParameters, rest } = operation
  if (!schema) return () => ({ input: undefined, errors: [] })
  const codecs = codecsOf(schema)
  const hasBody = openapi.method === 'POST' || openapi.method === 'PUT' || openapi.method === 'PATCH'
  const elsewhere = new Set([...pathParameters, ...(rest.ifMatch === undefined ? [] : [rest.ifMatch])])

  return (request) => {
    const query = request.query as Record<string, string | string[]>
    const body: unknown = hasBody ? (request.body ?? {}) : {}
    if (!isObject(body)) return { input: undefined, errors: [{ path: '', message: 'Must be a JSON object' }] }
    const misplaced = [
      ...Object.keys(body).filter((key) => elsewhere.has(key)),
      ...Object.keys(query).filter((key) => hasBody || elsewhere.has(key)),
    ]
    const input = {
      ...body,
      ...(hasBody ? {} : decoded(query, codecs)),
      ...decoded(request.params as Record<string, string>, codecs),
      ...ifMatch(request, rest.ifMatch),
    }
    return { input, errors: misplaced.map((path) => ({ path, message: 'There is no such member here' })) }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function decoded(
  texts: Record<string, string | string[]>,
  codecs: Map<string, Codec>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, codecs.get(name)?.(text) ?? text]),
  )
}

function ifMatch(request: FastifyRequest, field: string | undefined): Record<string, number> {
  const header = request.headers['if-match']
  if (field === undefined || header === undefined || header.trim() === '*') return {}
  const version = versionOfIfMatch(header)
  if (version === undefined) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message: 'If-Match names no version of this resource.',
    })
  }
  return { [field]: version }
}
