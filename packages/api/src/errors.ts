import { DomainError, ERRORS, type ErrorKind, type FieldError, type Reason, isUnavailable } from '@todo/core'
import { TRPCError } from '@trpc/server'
import { type ProblemOverrides, inputProblemOf, pathParametersOf } from 'fastify-trpc'

/** tRPC's code for each kind. tRPC has no code for some kinds, and BAD_REQUEST for every invalid input. */
const TRPC_CODES = {
  MALFORMED: 'BAD_REQUEST',
  UNAUTHORIZED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_ALLOWED: 'METHOD_NOT_SUPPORTED',
  REQUEST_TIMEOUT: 'TIMEOUT',
  CONFLICT: 'CONFLICT',
  GONE: 'NOT_FOUND',
  PRECONDITION_FAILED: 'PRECONDITION_FAILED',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  URI_TOO_LONG: 'BAD_REQUEST',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  UNPROCESSABLE: 'BAD_REQUEST',
  TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
  HEADERS_TOO_LARGE: 'BAD_REQUEST',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<ErrorKind, TRPCError['code']>

/** Reasons of the errors that tRPC and the HTTP layer throw before a procedure runs. */
const REASONS: Partial<Record<TRPCError['code'], Reason>> = {
  PARSE_ERROR: 'MALFORMED',
  BAD_REQUEST: 'MALFORMED',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  TIMEOUT: 'REQUEST_TIMEOUT',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Opaque fields of inputs: a value that their schema rejects is malformed, like an invalid id in the path. */
export const MALFORMED_FIELDS = ['cursor', 'since']

type Meta = { openapi?: { path: string } } | undefined

/** The only place where errors of the domain, the database and the schemas are mapped to errors of the catalogue. */
export function toTrpcError(error: TRPCError, meta: Meta): TRPCError {
  const cause = domainErrorOf(error, meta)
  return cause ? new TRPCError({ code: TRPC_CODES[cause.kind], message: cause.message, cause }) : error
}

function domainErrorOf(error: TRPCError, meta: Meta): DomainError | undefined {
  if (error.cause instanceof DomainError) return error.cause
  if (isUnavailable(error.cause)) return new DomainError('DATABASE_UNAVAILABLE')
  // The same on every interface: a field that REST reads from the path is malformed on RPC, too.
  const malformed = new Set([...pathParametersOf(meta?.openapi?.path ?? ''), ...MALFORMED_FIELDS])
  const problem = inputProblemOf(error, malformed)
  return problem && new DomainError(problem.code, { errors: problem.errors })
}

type ErrorData = {
  reason: Reason
  /** The HTTP status that REST sends. */
  status: number
  errors?: FieldError[]
  retryAfterSeconds?: number
}

/** The fields that RPC adds to tRPC's own `error.data`. */
export function errorData({ cause, code }: TRPCError): ErrorData {
  if (!(cause instanceof DomainError)) {
    const reason = REASONS[code] ?? 'INTERNAL_SERVER_ERROR'
    return { reason, status: ERRORS[reason].status }
  }
  const { reason, status, errors, retryAfterSeconds } = cause
  return {
    reason,
    status,
    ...(errors && { errors }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

/** The problem that REST sends. */
export function toProblem(error: TRPCError): ProblemOverrides {
  const { reason, retryAfterSeconds, ...others } = errorData(error)
  return {
    ...others,
    code: reason,
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  }
}

/** The message for people. The message of an unexpected error is masked. */
export function messageOf({ code, message }: TRPCError): string {
  return code === 'INTERNAL_SERVER_ERROR' ? ERRORS.INTERNAL_SERVER_ERROR.message : message
}
