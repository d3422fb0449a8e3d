import type { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { STATUS_CODES } from 'node:http'
import type { FieldError, ProblemOverrides, RestOptions } from '../types.ts'

/** RFC 9457, with the members that this API adds. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  /** Stable, upper case. */
  code: string
  requestId: string
  errors?: FieldError[]
}

type Details = ProblemOverrides & { status: number; detail: string }

/** The code of a status that has no better one: 404 NOT_FOUND. */
export function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'Error').toUpperCase().replaceAll(/[^A-Z]+/g, '_')
}

/** Answers with a problem. */
export function sendProblem(
  reply: FastifyReply,
  { type = 'about:blank', status, code, detail, errors, headers = {} }: Details,
): FastifyReply {
  const { request } = reply
  const title = STATUS_CODES[status] ?? 'Error'
  const problem: Problem = {
    type,
    title,
    status,
    detail,
    instance: request.url.split('?', 1)[0] ?? request.url,
    code: code ?? codeOf(status),
    requestId: request.id,
    ...(errors && { errors }),
  }
  return reply
    .code(status)
    .headers(headers)
    .serializer(String)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem))
}

/** What a procedure threw, as a problem. */
export function sendTrpcError(
  reply: FastifyReply,
  error: TRPCError,
  { toProblem, wwwAuthenticate = 'Bearer', malformed }: RestOptions & { malformed: Set<string> },
): FastifyReply {
  const own = { ...invalidInput(error, malformed), ...toProblem?.(error) }
  const status = own.status ?? getHTTPStatusCodeFromError(error)
  const detail = detailOf(error, status)
  const headers = status === 401 ? { 'www-authenticate': wwwAuthenticate, ...own.headers } : own.headers
  return sendProblem(reply, { code: error.code, ...own, status, detail, ...(headers && { headers }) })
}

/** The input is not what the operation takes. */
export function sendInvalidInput(reply: FastifyReply, errors: FieldError[]): FastifyReply {
  return sendProblem(reply, { status: 422, code: 'VALIDATION_FAILED', detail: INVALID_INPUT, errors })
}

const INVALID_INPUT = 'The input is not valid.'

function detailOf({ code, cause, message }: TRPCError, status: number): string {
  if (status === 500 || code === 'INTERNAL_SERVER_ERROR') return 'Something went wrong.'
  return hasIssues(cause) ? INVALID_INPUT : message
}

function invalidInput({ code, cause }: TRPCError, malformed: Set<string>): ProblemOverrides | undefined {
  if (code !== 'BAD_REQUEST' || !hasIssues(cause)) return undefined
  const errors = cause.issues.flatMap(fieldErrors)
  const isMalformed = cause.issues.some(({ path }) => malformed.has(String(path[0])))
  return isMalformed
    ? { status: 400, code: 'MALFORMED', errors }
    : { status: 422, code: 'VALIDATION_FAILED', errors }
}

type Issue = { path: PropertyKey[]; message: string; code?: string; keys?: string[] }

function hasIssues(cause: unknown): cause is { issues: Issue[] } {
  return typeof cause === 'object' && cause !== null && 'issues' in cause && Array.isArray(cause.issues)
}

/** An issue of Zod's; unknown members are named one by one. */
function fieldErrors({ path, message, code, keys }: Issue): FieldError[] {
  const at = path.map(String)
  if (code !== 'unrecognized_keys' || !keys) return [{ path: at.join('.'), message }]
  return keys.map((key) => ({ path: [...at, key].join('.'), message: 'There is no such member' }))
}

const FASTIFY_CODES: Record<string, [string, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'The content type is not one that this operation takes.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is too large.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED', 'The body is not JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED', 'The body is not as long as Content-Length says.'],
}

/** The status of an error of Fastify or of a hook, which may also set it on the reply before it throws. */
export function statusOf(reply: FastifyReply, { statusCode }: FastifyError): number {
  return [statusCode, reply.statusCode].find((status) => status && status >= 400 && status < 600) ?? 500
}

const MALFORMED = ['MALFORMED', 'The request is not well-formed.'] as const

/** What Fastify refused before a procedure ran, as a problem; anything else is a 500 that tells nothing. */
export function sendFastifyError(
  reply: FastifyReply,
  error: FastifyError,
  headers: Record<string, string> = {},
) {
  const status = statusOf(reply, error)
  if (status >= 500 && status !== 503) {
    return sendProblem(reply, {
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      detail: 'Something went wrong.',
      headers,
    })
  }
  const [code, detail] = FASTIFY_CODES[error.code] ?? (status === 400 ? MALFORMED : [])
  return sendProblem(reply, {
    status,
    detail: detail ?? `${STATUS_CODES[status] ?? 'Error'}.`,
    ...(code !== undefined && { code }),
    headers,
  })
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    status: 404,
    code: 'NOT_FOUND',
    detail: `There is no ${request.method} on this path.`,
  })
}
