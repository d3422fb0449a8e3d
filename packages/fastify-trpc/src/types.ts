import type { AnyTRPCRouter, TRPCError, TRPCProcedureType, inferRouterContext } from '@trpc/server'
import type { ResponseMetaFn, TRPCRequestInfo } from '@trpc/server/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCatalogue } from './shared/built-in-errors.ts'

/** Makes a procedure a REST operation: as `trpc-openapi` has it, but for what REST does not do. */
export type OpenApiMeta = {
  openapi?: {
    /** false: no REST. */
    enabled?: boolean
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
    /** With the members of the input that it holds in braces: '/books/{id}'. */
    path: `/${string}`
    /** Default: the procedure's path in camel case. */
    operationId?: string
    summary?: string
    description?: string
    /** Needs one of the document's security schemes. */
    protect?: boolean
    /** Names of security schemes to use instead of the document's `security`; without `protect` they are optional. */
    security?: string[]
    tags?: string[]
    deprecated?: boolean
    successDescription?: string
  }
}

/** How a procedure with `meta.openapi` behaves as a REST operation; beside `openapi` in its meta. */
export type RestMeta = {
  /** Status of success; default 200, and 204 where the output is void. */
  status?: 200 | 201 | 202 | 204
  /** Location of what was created, filled from the output: '/books/{id}'. */
  location?: string
  /** Member of the output that holds the version, text or a number: answered as ETag, and asked by If-None-Match. */
  etag?: string
  /**
   * Member of the input that the If-Match header fills with the version of its tag; on REST it cannot be sent otherwise.
   * `*` leaves it out. What its schema refuses, weak tags and lists of several versions are 412.
   */
  ifMatch?: string
  /** Other headers, and the members of the input that they fill: { 'Idempotency-Key': 'key' }. */
  headers?: Record<string, string>
  /** PATCH: takes application/merge-patch+json (RFC 7396), too. */
  mergePatch?: boolean
  /** Headers of the successful response that the procedure sets, each with its description; for the document. */
  responseHeaders?: Record<string, string>
}

/** What the meta of a procedure may say. */
export type ProcedureMeta = OpenApiMeta & {
  rest?: RestMeta
  /** Codes of the errors that the procedure throws, for the document. Those that follow from its shape need not be named. */
  errors?: readonly string[]
}

export type FieldError = { path: string; message: string }

/** What an application knows better about an error than tRPC's code tells. */
export type ProblemOverrides = {
  /** URI of the kind of problem; default 'about:blank'. */
  type?: string
  status?: number
  /** Stable, upper case. */
  code?: string
  errors?: FieldError[]
  headers?: Record<string, string>
}

export type RestOptions = {
  /** Default '/api'. */
  prefix?: string
  toProblem?: (error: TRPCError) => ProblemOverrides | undefined
  /** The application's messages for the errors that REST sends by itself. Give `openApiDocument` the same catalogue. */
  errors?: ErrorCatalogue
  /**
   * Code of the 412 for an `If-Match` that does not hold one version; default 'PRECONDITION_FAILED'. Give
   * `openApiDocument` the same.
   */
  ifMatchError?: string
  /** Challenge of a 401; default 'Bearer'. */
  wwwAuthenticate?: string
  /** Input members that are opaque to the client, such as cursors: what the schema refuses there is 400, not 422. */
  malformedFields?: string[]
}

export type RpcOptions<TRouter extends AnyTRPCRouter = AnyTRPCRouter> = {
  /** Default '/trpc'. */
  prefix?: string
  /** Calls in one batch; default 100. */
  maxBatchSize?: number
  /** Queries may be sent by POST, with the input in the body, as tRPC's option of this name has it. */
  allowMethodOverride?: boolean
  /**
   * Headers, in lower case, that procedures set on the reply. An answer by JSON lines (tRPC's `httpBatchStreamLink`)
   * has sent its headers by then: it gets a last line `["name","value"]` for each, which tRPC's clients pass over.
   */
  lateHeaders?: readonly string[]
  /** Status and headers of an answer, as tRPC's option of this name has it. */
  responseMeta?: ResponseMetaFn<TRouter>
}

export type ErrorListener = (details: {
  error: TRPCError
  path: string | undefined
  type: TRPCProcedureType | 'unknown'
  /** As it was sent; undefined if it was not read. */
  input: unknown
  /** Undefined if it was not made. */
  ctx: unknown
  req: FastifyRequest
}) => void

export type FastifyTrpcOptions<TRouter extends AnyTRPCRouter> = {
  router: TRouter
  /** Called once per request; `info` is tRPC's, of RPC only: the calls, whether they are a batch, connection parameters. */
  createContext: (details: {
    req: FastifyRequest
    reply: FastifyReply
    info?: TRPCRequestInfo
  }) => inferRouterContext<TRouter> | Promise<inferRouterContext<TRouter>>
  /** false: no RPC. */
  rpc?: RpcOptions<TRouter> | false
  /** false: no REST. */
  rest?: RestOptions | false
  onError?: ErrorListener
}

/** What a route serves: `request.routeOptions.config.trpc`, for metrics and logs. */
export type TrpcRouteConfig = {
  /** Path of the procedure; '*' for batches and streams. */
  path: string
  /** Of the procedure; none for '*'. */
  type?: TRPCProcedureType
  door: 'rpc' | 'rest'
  /** The path of the OpenAPI document, with the prefixes; REST only. */
  openApiPath?: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    trpc?: TrpcRouteConfig
  }
}
