import { DomainError, type DomainErrorCode, isUnavailable } from '@todo/core'
import { TRPCError } from '@trpc/server'
import type { ProblemOverrides } from 'fastify-trpc'
import * as z from 'zod'

// tRPC's code for RPC, and the HTTP status. tRPC has no 410; what a rule refuses is BAD_REQUEST there, as for a schema.
const KINDS = {
  MALFORMED: { trpc: 'BAD_REQUEST', status: 400 },
  UNAUTHORIZED: { trpc: 'UNAUTHORIZED', status: 401 },
  FORBIDDEN: { trpc: 'FORBIDDEN', status: 403 },
  NOT_FOUND: { trpc: 'NOT_FOUND', status: 404 },
  CONFLICT: { trpc: 'CONFLICT', status: 409 },
  GONE: { trpc: 'NOT_FOUND', status: 410 },
  PRECONDITION_FAILED: { trpc: 'PRECONDITION_FAILED', status: 412 },
  UNPROCESSABLE: { trpc: 'BAD_REQUEST', status: 422 },
  UNAVAILABLE: { trpc: 'SERVICE_UNAVAILABLE', status: 503 },
} as const satisfies Record<DomainErrorCode, { trpc: TRPCError['code']; status: number }>

/** The one place where the domain's refusals become tRPC errors. */
export function toTrpcError(error: TRPCError): TRPCError {
  const cause = isUnavailable(error.cause) ? databaseUnavailable() : error.cause
  if (!(cause instanceof DomainError)) return error
  return new TRPCError({ code: KINDS[cause.code].trpc, message: cause.message, cause })
}

function databaseUnavailable(): DomainError {
  const details = { retryAfterSeconds: 1 }
  return new DomainError('UNAVAILABLE', ['DATABASE_UNAVAILABLE', 'The service is busy: try again.'], details)
}

/** What REST answers for a domain error, where tRPC's code does not say it. */
export function toProblem({ cause }: TRPCError): ProblemOverrides | undefined {
  if (!(cause instanceof DomainError)) return undefined
  const { reason, errors, retryAfterSeconds, code } = cause
  return {
    status: KINDS[code].status,
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
  return cause instanceof DomainError && cause.code === 'GONE' ? KINDS.GONE.status : undefined
}

type FieldErrors = { path: string; message: string }[]

function fieldErrors(cause: unknown): FieldErrors | undefined {
  if (!(cause instanceof z.ZodError)) return undefined
  return cause.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
}
