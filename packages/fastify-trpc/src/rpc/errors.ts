import { TRPCError, getTRPCErrorFromUnknown } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc'
import type { FastifyReply } from 'fastify'
import { STATUS_CODES } from 'node:http'
import { statusOf } from '../shared/problem.ts'

/** An error of Fastify or http-errors. Hooks may throw anything, so every member may be missing. */
export type HookError = Error & {
  code?: string
  statusCode?: number
  expose?: boolean
  headers?: Record<string, string>
}

/** An error that belongs to no call, with its status if that differs from the status of its code. */
export type RequestError = { error: TRPCError; status?: number }

/** Converts an error of a hook or of Fastify to a TRPCError. */
export function requestErrorOf(cause: HookError, reply: FastifyReply): RequestError {
  const known = getTRPCErrorFromUnknown(cause)
  if (known === cause) return { error: known }
  const status = statusOf(reply, cause)
  const code = CODES.get(status) ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR')
  const message = code === 'INTERNAL_SERVER_ERROR' ? 'Something went wrong.' : messageOf(cause, status)
  const error = new TRPCError({ code, message, cause })
  return code === 'BAD_REQUEST' ? { error, status } : { error }
}

/** Shows only messages that are meant for the client: those of Fastify, its plugins, and http-errors with `expose`. */
function messageOf({ code, expose, message }: HookError, status: number): string {
  const isMeant = status < 500 && (expose === true || String(code).startsWith('FST_'))
  return isMeant ? message : `${STATUS_CODES[status] ?? 'Error'}.`
}

// Two codes have status 400; BAD_REQUEST is the last and wins over PARSE_ERROR.
const CODES = new Map(
  (Object.keys(TRPC_ERROR_CODES_BY_KEY) as TRPC_ERROR_CODE_KEY[]).map((code) => [
    getHTTPStatusCodeFromError(new TRPCError({ code })),
    code,
  ]),
)
