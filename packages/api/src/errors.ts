import { DomainError, type ErrorKind, isUnavailable } from '@todo/core'
import { TRPCError } from '@trpc/server'
import type { ProblemOverrides } from 'fastify-trpc'
import * as z from 'zod'

/** tRPC's code for each kind. It has none for some of them; what a rule refuses is BAD_REQUEST, as for a schema. */
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

/** The one place where the domain's refusals become tRPC errors. */
export function toTrpcError(error: TRPCError): TRPCError {
  const cause = isUnavailable(error.cause) ? new DomainError('DATABASE_UNAVAILABLE') : error.cause
  if (!(cause instanceof DomainError)) return error
  return new TRPCError({ code: TRPC_CODES[cause.kind], message: cause.message, cause })
}

/** What REST answers for a domain error, where tRPC's code does not say it. */
export function toProblem({ cause }: TRPCError): ProblemOverrides | undefined {
  if (!(cause instanceof DomainError)) return undefined
  const { reason, status, errors, retryAfterSeconds } = cause
  return {
    status,
    code: reason,
    ...(errors && { errors }),
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  }
}

/** What `error.data` tells beside tRPC's own members: the stable reason, and which fields are wrong. */
export function errorData(error: TRPCError): {
  reason: string
  errors?: FieldErrors
  retryAfterSeconds?: number
} {
  const { cause } = error
  if (cause instanceof DomainError) {
    const { reason, errors, retryAfterSeconds } = cause
    return {
      reason,
      ...(errors && { errors }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }
  }
  const errors = fieldErrors(cause)
  return errors ? { reason: 'VALIDATION_FAILED', errors } : { reason: error.code }
}

/** What a person is told: of the unforeseen nothing, of a schema's refusal not the whole list. */
export function messageOf({ code, cause, message }: TRPCError): string {
  if (code === 'INTERNAL_SERVER_ERROR') return 'Something went wrong.'
  return cause instanceof z.ZodError ? 'The input is not valid.' : message
}

/** The HTTP status of the RPC answer, where it is not the one of tRPC's code. */
export function rpcStatus({ cause }: TRPCError): number | undefined {
  return cause instanceof DomainError && cause.kind === 'GONE' ? cause.status : undefined
}

type FieldErrors = { path: string; message: string }[]

function fieldErrors(cause: unknown): FieldErrors | undefined {
  if (!(cause instanceof z.ZodError)) return undefined
  return cause.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
}
