import { STATUS_CODES } from 'node:http'
import { ACCEPT_HEADERS } from '../rest/content-types.ts'
import type { Operation } from '../shared/operations.ts'
import { BODY_NOT_JSON } from '../shared/problem.ts'
import type { FieldError } from '../types.ts'
import { type Catalogue, codesOf, malformedMembers } from './catalogue.ts'
import { examplePath } from './example-path.ts'
import type { DocumentOptions } from './options.ts'
import { problemOf } from './problem-schema.ts'
import { type Header, type Response, text } from './types.ts'
import { invalidInput, wrongMember } from './wrong-input.ts'

/** The error responses of an operation by status, with an example of each code that it can send. */
export function errorsOf(
  operation: Operation,
  catalogue: Catalogue,
  options: DocumentOptions,
): Record<string, Response> {
  const sent = codesOf(operation, options).map((code) => ({ code, ...catalogue.find(code, operation.path) }))
  const byStatus = Map.groupBy(sent, ({ status }) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, errors]) => [status, errorResponse(status, errors, { operation, options })]),
  )
}

type SentError = { code: string; status: number; message: string }
type Where = { operation: Operation; options: DocumentOptions }

function errorResponse(status: number, errors: SentError[], where: Where): Response {
  const headers = headersOf(status, where.operation)
  const lines = errors.map(({ code, message }) => `\`${code}\`: ${message}`)
  const examples = errors.map((error) => [error.code, { value: exampleOf(error, where) }])
  return {
    description: lines.length === 1 ? (lines[0] ?? '') : lines.map((line) => `- ${line}`).join('\n'),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: {
      'application/problem+json': {
        schema: problemOf(errors.map(({ code }) => code)),
        examples: Object.fromEntries(examples) as Record<string, unknown>,
      },
    },
  }
}

function headersOf(status: number, { openapi }: Operation): Record<string, Header> {
  const accept = status === 415 ? ACCEPT_HEADERS[openapi?.method ?? 'GET'] : undefined
  return {
    ...(status === 401 && { 'WWW-Authenticate': text('The authentication scheme to use') }),
    ...((status === 429 || status === 503) && { 'Retry-After': text('Seconds to wait before retrying') }),
    ...(accept && { [accept]: text('The content types that the operation accepts') }),
  }
}

function exampleOf({ code, status, message }: SentError, where: Where): object {
  const { detail = message, errors, wrongParameters = {} } = particularsOf(code, where)
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: examplePath(where.operation, where.options.serverUrl, wrongParameters),
    code,
    requestId: '4286148b-75b4-41a2-a0a5-a920dabbf202',
    ...(errors && { errors }),
  }
}

type Particulars = { detail?: string; errors?: FieldError[]; wrongParameters?: Record<string, unknown> }

/** The details of this library's own errors, for the request of the example. */
function particularsOf(code: string, { operation, options }: Where): Particulars {
  const malformed = malformedMembers(operation, options)
  if (code === 'VALIDATION_FAILED') return { errors: invalidInput(operation, malformed) }
  if (code !== 'MALFORMED') return {}
  const wrong = malformed[0] === undefined ? undefined : wrongMember(operation, malformed[0])
  if (!wrong) return { detail: BODY_NOT_JSON }
  return { errors: wrong.errors, wrongParameters: { [wrong.name]: wrong.value } }
}
