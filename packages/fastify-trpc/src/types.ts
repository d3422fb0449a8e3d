import type { AnyTRPCRouter, TRPCError, TRPCProcedureType, inferRouterContext } from '@trpc/server'
import type { ResponseMetaFn, TRPCRequestInfo } from '@trpc/server/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCatalogue } from './shared/built-in-errors.ts'

/** Makes a procedure a REST operation. Compatible with `trpc-openapi`, without the options that do not apply here. */
export type OpenApiMeta = {
  openapi?: {
    /** false: no REST. */
    enabled?: boolean
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
    /** With members of the input in braces: '/books/{id}'. */
    path: `/${string}`
    /** Default: the procedure's path in camel case. */
    operationId?: string
    summary?: string
    description?: string
    /** The document lists the security schemes. Procedures must check credentials themselves. */
    protect?: boolean
    /** Names of security schemes to list instead of the document's `security`. Without `protect` they are optional. */
    security?: string[]
    tags?: string[]
    deprecated?: boolean
    successDescription?: string
  }
}

/** Changes how a procedure with `meta.openapi` behaves on REST. */
export type RestMeta = {
  /** Status of success; default 200, or 204 if the output is void. */
  status?: 200 | 201 | 202 | 204
  /** `Location` of the created resource, with members of the output in braces: '/books/{id}'. */
  location?: string
  /** Member of the output that holds the version, a string or number: sent as ETag, compared with If-None-Match. */
  etag?: string
  /**
   * Member of the input that the version in If-Match fills; on REST it cannot be sent in another way. `*` leaves it out.
   * Weak tags, versions that its schema rejects and lists of several versions are 412.
   */
  ifMatch?: string
  /** Other request headers and the input members that they fill: { 'Idempotency-Key': 'key' }. */
  headers?: Record<string, string>
  /** Also accepts application/merge-patch+json (RFC 7396). */
  mergePatch?: boolean
  /** Headers that the procedure sets on success, with their descriptions; for the document. */
  responseHeaders?: Record<string, string>
}

/** The meta of a procedure. */
export type ProcedureMeta = OpenApiMeta & {
  rest?: RestMeta
  /** Codes of the errors that the procedure throws, for the document. Those of its input and headers are implied. */
  errors?: readonly string[]
}

/** An invalid member of the input; `path` has dots between levels and is empty for the whole input. */
export type FieldError = { path: string; message: string }

/** The parts of a problem that an application can override. */
export type ProblemOverrides = {
  /** URI of the problem type; default 'about:blank'. */
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
  /** Called with each TRPCError of a procedure or hook. */
  toProblem?: (error: TRPCError) => ProblemOverrides | undefined
  /** The application's messages for the errors that REST sends by itself. Give `openApiDocument` the same catalogue. */
  errors?: ErrorCatalogue
  /**
   * Code of the 412 for an `If-Match` that does not hold one version; default 'PRECONDITION_FAILED'. Give
   * `openApiDocument` the same.
   */
  ifMatchError?: string
  /** The `WWW-Authenticate` header of a 401; default 'Bearer'. */
  wwwAuthenticate?: string
  /** Opaque members of inputs, such as cursors: a wrong value is 400 MALFORMED instead of 422. */
  malformedFields?: string[]
}

export type RpcOptions<TRouter extends AnyTRPCRouter = AnyTRPCRouter> = {
  /** Default '/trpc'. */
  prefix?: string
  /** Maximum number of calls in one batch; default 100. */
  maxBatchSize?: number
  /** Accepts queries by POST with the input in the body, like tRPC's option of the same name. */
  allowMethodOverride?: boolean
  /** Sets status and headers of the response, like tRPC's option of the same name. */
  responseMeta?: ResponseMetaFn<TRouter>
}

export type ErrorListener = (details: {
  error: TRPCError
  path: string | undefined
  type: TRPCProcedureType | 'unknown'
  /** Undefined if the input was not read. */
  input: unknown
  /** Undefined if creating the context failed. */
  ctx: unknown
  req: FastifyRequest
}) => void

export type FastifyTrpcOptions<TRouter extends AnyTRPCRouter> = {
  router: TRouter
  /** Called once per request. `info` is tRPC's, on RPC only: calls, whether they are a batch, connection parameters. */
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

/** The procedure of a route, for metrics and logs: `request.routeOptions.config.trpc`. */
export type TrpcRouteConfig = {
  /** Path of the procedure; '*' for batches and streams. */
  path: string
  /** Type of the procedure; none for '*'. */
  type?: TRPCProcedureType
  transport: 'rpc' | 'rest'
  /** Path in the OpenAPI document, with the prefixes; REST only. */
  openApiPath?: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    trpc?: TrpcRouteConfig
  }
}
