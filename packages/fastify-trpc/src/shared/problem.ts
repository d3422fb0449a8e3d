import type { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import type { FastifyError, FastifyReply } from 'fastify'
import { STATUS_CODES } from 'node:http'
import type { FieldError, ProblemOverrides, RestOptions } from '../types.ts'
import { BUILT_IN_ERRORS, type BuiltInCode, type ErrorCatalogue, messageOf } from './built-in-errors.ts'
import { hasIssues, inputProblemOf } from './input-problem.ts'

/** RFC 9457, with the members that this library adds. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  /** The path of the request, without the query. */
  instance: string
  /** Stable, upper case. */
  code: string
  requestId: string
  errors?: FieldError[]
}

type Details = ProblemOverrides & { status: number; detail: string }

/** The default code of a status: 404 gives NOT_FOUND. */
export function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'Error').toUpperCase().replaceAll(/[^A-Z]+/g, '_')
}

/** Sends `application/problem+json`. */
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

type BuiltInDetails = {
  /** The application's catalogue. */
  errors?: ErrorCatalogue | undefined
  /** More specific than the catalogue's message. */
  detail?: string | undefined
  fields?: FieldError[]
  headers?: Record<string, string>
}

/** Sends one of this library's own errors. */
export function sendBuiltIn(
  reply: FastifyReply,
  code: BuiltInCode,
  { errors, detail, fields, headers = {} }: BuiltInDetails = {},
): FastifyReply {
  const { status, message } = BUILT_IN_ERRORS[code]
  return sendProblem(reply, {
    status,
    code,
    detail: detail ?? messageOf(code, errors) ?? message,
    ...(fields && { errors: fields }),
    headers,
  })
}

type TrpcErrorOptions = Pick<RestOptions, 'toProblem' | 'wwwAuthenticate' | 'errors'> & {
  malformed: Set<string>
}

/** Sends an error that a procedure threw. */
export function sendTrpcError(
  reply: FastifyReply,
  error: TRPCError,
  { toProblem, wwwAuthenticate = 'Bearer', errors, malformed }: TrpcErrorOptions,
): FastifyReply {
  const problem = {
    code: error.code,
    status: getHTTPStatusCodeFromError(error),
    ...inputProblemOf(error, malformed),
    ...toProblem?.(error),
  }
  const { status, code } = problem
  if (status === 500 || error.code === 'INTERNAL_SERVER_ERROR') {
    return sendProblem(reply, { ...problem, detail: messageOf('INTERNAL_SERVER_ERROR', errors) ?? '' })
  }
  // The message of a ZodError is the JSON of all its issues.
  const detail = hasIssues(error.cause) ? (messageOf(code, errors) ?? '') : error.message
  const headers =
    status === 401 ? { 'www-authenticate': wwwAuthenticate, ...problem.headers } : problem.headers
  return sendProblem(reply, { ...problem, detail, ...(headers && { headers }) })
}

/** The detail of a 400 whose body does not parse. */
export const BODY_NOT_JSON = 'The body is not JSON.'

/** By Fastify's code: our code and, where it is more specific than the catalogue's message, the detail. */
const FASTIFY_CODES: Record<string, [BuiltInCode, string?]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED', BODY_NOT_JSON],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED', 'The body is not as long as Content-Length says.'],
}

/** The status of an error from Fastify or a hook. A hook may also set it on the reply before it throws. */
export function statusOf(reply: FastifyReply, { statusCode }: { statusCode?: number | undefined }): number {
  return [statusCode, reply.statusCode].find((status) => status && status >= 400 && status < 600) ?? 500
}

/** Sends an error that Fastify or a hook threw before a procedure ran. Unexpected errors become a 500 without details. */
export function sendFastifyError(
  reply: FastifyReply,
  error: FastifyError,
  { errors, headers = {} }: Pick<BuiltInDetails, 'errors' | 'headers'> = {},
): FastifyReply {
  const status = statusOf(reply, error)
  if (status >= 500 && status !== 503) return sendBuiltIn(reply, 'INTERNAL_SERVER_ERROR', { errors, headers })
  const [code, detail] = FASTIFY_CODES[error.code] ?? (status === 400 ? ['MALFORMED'] : [])
  if (code !== undefined && BUILT_IN_ERRORS[code].status === status) {
    return sendBuiltIn(reply, code as BuiltInCode, { errors, detail, headers })
  }
  return sendProblem(reply, {
    status,
    detail: messageOf(codeOf(status), errors) ?? `${STATUS_CODES[status] ?? 'Error'}.`,
    headers,
  })
}

/** Sends the 404 of a path without a route. */
export function sendNotFound(
  reply: FastifyReply,
  options: Pick<BuiltInDetails, 'errors'> = {},
): FastifyReply {
  return sendBuiltIn(reply, 'NOT_FOUND', options)
}
