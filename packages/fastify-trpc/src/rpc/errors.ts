import { TRPCError, getTRPCErrorFromUnknown } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc'
import type { FastifyReply } from 'fastify'
import { STATUS_CODES } from 'node:http'
import { statusOf } from '../shared/problem.ts'

/** An error of Fastify or http-errors. A hook may throw any other one, so all of these may be missing. */
export type HookError = Error & {
  code?: string
  statusCode?: number
  expose?: boolean
  headers?: Record<string, string>
}

/** An error of no call; with its status, if its code may not have that. */
export type Refusal = { error: TRPCError; status?: number }

/** What a hook threw, or Fastify refused, in tRPC's words. */
export function refusalOf(cause: HookError, reply: FastifyReply): Refusal {
  const known = getTRPCErrorFromUnknown(cause)
  if (known === cause) return { error: known }
  const status = statusOf(reply, cause)
  const code = CODES.get(status) ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR')
  const message = code === 'INTERNAL_SERVER_ERROR' ? 'Something went wrong.' : messageOf(cause, status)
  const error = new TRPCError({ code, message, cause })
  return code === 'BAD_REQUEST' ? { error, status } : { error }
}

/** Only messages that are known to be for the client: Fastify's and its plugins', and what http-errors says is. */
function messageOf({ code, expose, message }: HookError, status: number): string {
  const isMeant = status < 500 && (expose === true || code?.startsWith('FST_') === true)
  return isMeant ? message : `${STATUS_CODES[status] ?? 'Error'}.`
}

// Of 400, the last one: PARSE_ERROR comes before BAD_REQUEST.
const CODES = new Map(
  (Object.keys(TRPC_ERROR_CODES_BY_KEY) as TRPC_ERROR_CODE_KEY[]).map((code) => [
    getHTTPStatusCodeFromError(new TRPCError({ code })),
    code,
  ]),
)
