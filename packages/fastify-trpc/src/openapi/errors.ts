import { STATUS_CODES } from 'node:http'
import type { DocumentOptions } from './options.ts'
import { type Header, type Response, type Schema, text } from './types.ts'
import { codeOf } from '../shared/problem.ts'
import type { Operation } from '../shared/operations.ts'
import { ACCEPT_HEADERS } from '../rest/content-types.ts'

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

/** The body of every error. */
export const PROBLEM: Schema = {
  type: 'object',
  description: 'What went wrong (RFC 9457)',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', examples: ['about:blank'] },
    title: { type: 'string', examples: ['Not Found'] },
    status: { type: 'integer', examples: [404] },
    detail: { type: 'string', description: 'For people', examples: ['There is no such resource.'] },
    instance: { type: 'string', format: 'uri-reference', description: 'The path that was asked' },
    code: { type: 'string', description: 'For programs: stable, upper case', examples: ['NOT_FOUND'] },
    requestId: { type: 'string', description: 'Names the request in the logs' },
    errors: {
      type: 'array',
      description: 'Which members of the input are wrong',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: {
            type: 'string',
            description: 'Member, with dots between levels',
            examples: ['author.name'],
          },
          message: { type: 'string' },
        },
      },
    },
  },
}

type ErrorOptions = Pick<DocumentOptions, 'malformedFields' | 'commonErrors'> & { hasBody: boolean }

/** The errors that an operation can give, each a problem. */
export function errorsOf(
  operation: Operation,
  { malformedFields = [], commonErrors = [], hasBody }: ErrorOptions,
): Record<string, Response> {
  const { openapi, input, pathParameters, rest } = operation
  const members = Object.keys(input?.shape ?? {})
  const takesInput = members.some((name) => !pathParameters.includes(name) && name !== rest.ifMatch)
  const opaque = members.filter((name) => pathParameters.includes(name) || malformedFields.includes(name))
  const malformed = [
    ...(hasBody ? ['the body is not JSON'] : []),
    ...opaque.map((name) => `\`${name}\` is not well-formed`),
  ]
  const derived: { status: number; code?: string; description: string; when: boolean }[] = [
    {
      status: 400,
      description: `The request is malformed: ${malformed.join(', or ')}`,
      when: malformed.length > 0,
    },
    { status: 401, description: 'There are no valid credentials', when: openapi?.protect === true },
    { status: 404, description: 'There is no such resource', when: pathParameters.length > 0 },
    { status: 412, description: 'If-Match names another version', when: rest.ifMatch !== undefined },
    { status: 413, description: 'The body is too large', when: hasBody },
    { status: 415, description: 'The body is not of a content type that this takes', when: hasBody },
    {
      status: 422,
      description: 'The input breaks a rule; `errors` names the members',
      when: takesInput || pathParameters.length > 0,
    },
  ]
  const listed = [...derived.filter(({ when }) => when), ...(rest.errors ?? []), ...commonErrors]
  const byStatus = Map.groupBy(listed, ({ status }) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, errors]) => [status, errorResponse(status, errors, openapi)]),
  )
}

function errorResponse(
  status: number,
  errors: { code?: string; description: string }[],
  { method = 'GET', path = '/' }: Partial<NonNullable<Operation['openapi']>> = {},
): Response {
  const descriptions = errors.map(({ code, description }) =>
    code === undefined ? description : `${description} (\`${code}\`)`,
  )
  const accept = status === 415 ? ACCEPT_HEADERS[method] : undefined
  const headers: Record<string, Header> = {
    ...(status === 401 && { 'WWW-Authenticate': text('The challenge') }),
    ...((status === 429 || status === 503) && {
      'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' } },
    }),
    ...(accept && { [accept]: text('The content types that it takes') }),
  }
  return {
    description: [...new Set(descriptions)].join('; '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: {
      'application/problem+json': { schema: PROBLEM_REF, example: exampleOf(status, errors, path) },
    },
  }
}

/** As people read in the documentation what they will get: the code of the operation's own error, where it has one. */
function exampleOf(status: number, errors: { code?: string; description: string }[], path: string) {
  const own = errors.find(({ code }) => code !== undefined) ?? errors[0]
  const title = STATUS_CODES[status] ?? 'Error'
  return {
    type: 'about:blank',
    title,
    status,
    detail: `${own?.description ?? title}.`,
    instance: path.replaceAll(/[{}]/g, ''),
    code: own?.code ?? { 400: 'MALFORMED', 422: 'VALIDATION_FAILED' }[status] ?? codeOf(status),
    requestId: '4286148b-75b4-41a2-a0a5-a920dabbf202',
    ...(status === 422 && { errors: [{ path: 'name', message: 'Invalid input' }] }),
  }
}
