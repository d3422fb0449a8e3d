import type { FastifyRequest } from 'fastify'
import type * as z from 'zod'
import { ifMatchReader } from './if-match.ts'
import { codecsOf } from './text-codecs.ts'
import { MAX_FIELD_ERRORS, UNKNOWN_MEMBER } from '../shared/input-problem.ts'
import { type Operation, interned } from '../shared/operations.ts'
import type { RestOperation } from './paths.ts'
import type { FieldError } from '../types.ts'

/** The input for the schema, or the reason why it cannot be read. */
export type ReadInput =
  | { input: unknown }
  | { refusal: 'VALIDATION_FAILED'; errors: FieldError[] }
  | { refusal: 'PRECONDITION_FAILED' }

/** Collects an operation's input from path, query, body and headers. */
export function inputReader(operation: RestOperation): (request: FastifyRequest) => ReadInput {
  const { input: schema, openapi, pathParameters, rest } = operation
  if (!schema) return () => ({ input: undefined })
  const codecs = codecsOf(schema)
  const hasBody = openapi.method === 'POST' || openapi.method === 'PUT' || openapi.method === 'PATCH'
  const fields = Object.entries(rest.headers ?? {}).map(
    ([name, field]) => [interned(name.toLowerCase()), field] as const,
  )
  const elsewhere = new Set([...pathParameters, ...headerMembers(operation)])

  function decode(name: string, text: string | string[]): unknown {
    return codecs.get(name)?.(text) ?? text
  }

  const { ifMatch } = rest
  const misplaced = misplacedMessages(operation)
  const versionOf =
    ifMatch !== undefined &&
    ifMatchReader((text) => decode(ifMatch, text), schema.shape[ifMatch] as z.ZodType | undefined)

  return (request) => {
    const query = request.query as Record<string, string | string[]>
    const params = request.params as Record<string, string>
    const body: unknown = hasBody && request.body !== undefined ? request.body : {}
    // The schema rejects it with the same message as on RPC.
    if (!isObject(body)) return { input: body }
    const errors: FieldError[] = []
    const refuse = (path: string) => errors.push({ path, message: misplaced(path) })
    const input: Record<string, unknown> = { ...body }
    for (const name of Object.keys(body)) if (elsewhere.has(name)) refuse(name)
    for (const [name, text] of Object.entries(query)) {
      // An assignment to a parameter named __proto__ would replace the prototype.
      if (hasBody || elsewhere.has(name) || name === '__proto__') refuse(name)
      else input[name] = decode(name, text)
    }
    for (const name of pathParameters) input[name] = decode(name, params[name] ?? '')
    for (const [header, field] of fields) {
      const text = request.headers[header]
      if (text !== undefined) input[field] = decode(field, text)
    }
    if (errors.length > 0) return { refusal: 'VALIDATION_FAILED', errors: errors.slice(0, MAX_FIELD_ERRORS) }
    const condition = request.headers['if-match']
    // `*` allows any version.
    if (versionOf && condition !== undefined && condition.trim() !== '*') {
      const version = versionOf(condition)
      if (version === undefined) return { refusal: 'PRECONDITION_FAILED' }
      input[ifMatch] = version
    }
    return { input }
  }
}

/** Makes the message for a member that was sent in the wrong place. */
export function misplacedMessages({ input, pathParameters, rest }: Operation): (member: string) => string {
  const headers = new Map(Object.entries(rest.headers ?? {}).map(([header, member]) => [member, header]))
  if (rest.ifMatch !== undefined) headers.set(rest.ifMatch, 'If-Match')
  return (member) => {
    if (pathParameters.includes(member)) return 'Send this in the path'
    const header = headers.get(member)
    if (header !== undefined) return `Send this as the ${header} header`
    return Object.hasOwn(input?.shape ?? {}, member) ? 'Send this in the body' : UNKNOWN_MEMBER
  }
}

/** The members of the input that headers fill. */
export function headerMembers({ rest }: Pick<RestOperation, 'rest'>): string[] {
  return [...Object.values(rest.headers ?? {}), ...(rest.ifMatch === undefined ? [] : [rest.ifMatch])]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
