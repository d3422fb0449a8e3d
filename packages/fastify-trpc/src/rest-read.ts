import { TRPCError } from '@trpc/server'
import type { FastifyRequest } from 'fastify'
import { versionOfIfMatch } from './etag.ts'
import { type Codec, codecsOf } from './rest-input.ts'
import type { RestOperation } from './rest-paths.ts'
import type { FieldError } from './types.ts'

type Read = { input: unknown; errors: FieldError[] }

/** Collects an operation's input from path, query, body and headers. */
export function inputReader(operation: RestOperation): (request: FastifyRequest) => Read {
  const { input: schema, openapi, pathParameters, rest } = operation
  if (!schema) return () => ({ input: undefined, errors: [] })
  const codecs = codecsOf(schema)
  const hasBody = openapi.method === 'POST' || openapi.method === 'PUT' || openapi.method === 'PATCH'
  const elsewhere = new Set([...pathParameters, ...headerMembers(operation)])

  return (request) => {
    const query = request.query as Record<string, string | string[]>
    const body: unknown = hasBody ? (request.body ?? {}) : {}
    if (!isObject(body)) return { input: undefined, errors: [{ path: '', message: 'Must be a JSON object' }] }
    const misplaced = [
      ...Object.keys(body).filter((key) => elsewhere.has(key)),
      ...Object.keys(query).filter((key) => hasBody || elsewhere.has(key)),
    ]
    const input = {
      ...body,
      ...(hasBody ? {} : decoded(query, codecs)),
      ...decoded(request.params as Record<string, string>, codecs),
      ...decoded(headerValues(request, rest.headers), codecs),
      ...ifMatch(request, rest.ifMatch),
    }
    return { input, errors: misplaced.map((path) => ({ path, message: 'There is no such member here' })) }
  }
}

/** The members of the input that headers fill. */
export function headerMembers({ rest }: Pick<RestOperation, 'rest'>): string[] {
  return [...Object.values(rest.headers ?? {}), ...(rest.ifMatch === undefined ? [] : [rest.ifMatch])]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function decoded(
  texts: Record<string, string | string[]>,
  codecs: Map<string, Codec>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, codecs.get(name)?.(text) ?? text]),
  )
}

function headerValues({ headers }: FastifyRequest, fields: Record<string, string> = {}) {
  const sent = Object.entries(fields).map(([name, field]) => [field, headers[name.toLowerCase()]] as const)
  return Object.fromEntries(sent.flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])))
}

function ifMatch(request: FastifyRequest, field: string | undefined): Record<string, number> {
  const header = request.headers['if-match']
  if (field === undefined || header === undefined || header.trim() === '*') return {}
  const version = versionOfIfMatch(header)
  if (version === undefined) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message: 'If-Match names no version of this resource.',
    })
  }
  return { [field]: version }
}
