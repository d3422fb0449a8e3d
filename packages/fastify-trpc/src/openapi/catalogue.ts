import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc'
import { STATUS_CODES } from 'node:http'
import { BUILT_IN_ERRORS, type ErrorCatalogue } from '../shared/built-in-errors.ts'
import { type Operation, isStrict } from '../shared/operations.ts'
import type { DocumentOptions } from './options.ts'
import { wrongMember } from './wrong-input.ts'

/** tRPC's own codes; procedures throw them and REST sends them unchanged. */
const TRPC_ERRORS: ErrorCatalogue = Object.fromEntries(
  (Object.keys(TRPC_ERROR_CODES_BY_KEY) as TRPC_ERROR_CODE_KEY[]).map((code) => {
    const status = getHTTPStatusCodeFromError(new TRPCError({ code }))
    return [code, { status, message: `${STATUS_CODES[status] ?? code}.` }]
  }),
)

export type Catalogue = {
  /** All codes that the document may show. */
  codes: string[]
  /** @throws Error if no catalogue has the code */
  find: (code: string, path: string) => { status: number; message: string }
}

/** The application's catalogue plus the errors that this library and tRPC send. */
export function catalogueOf({ errors = {} }: Pick<DocumentOptions, 'errors'>): Catalogue {
  for (const [code, { status }] of Object.entries(BUILT_IN_ERRORS)) {
    const own = errors[code]
    if (own && own.status !== status) {
      throw new Error(`errors.${code}: REST sends it with status ${status}, not ${own.status}`)
    }
  }
  const all: ErrorCatalogue = { ...TRPC_ERRORS, ...BUILT_IN_ERRORS, ...errors }
  return {
    codes: Object.keys({ ...BUILT_IN_ERRORS, ...errors }),
    find(code, path) {
      const found = all[code]
      if (!found) throw new Error(`${path}: "${code}" is not in the catalogue of errors`)
      return found
    },
  }
}

type CodeOptions = Pick<
  DocumentOptions,
  'malformedFields' | 'protectedErrors' | 'commonErrors' | 'ifMatchError'
>

/** The codes of all errors that an operation can send. */
export function codesOf(operation: Operation, options: CodeOptions): string[] {
  const { openapi, rest, errors } = operation
  const {
    protectedErrors = ['UNAUTHORIZED'],
    commonErrors = [],
    ifMatchError = 'PRECONDITION_FAILED',
  } = options
  // Fastify also reads the body of a DELETE.
  const hasBody = openapi?.method !== 'GET'
  const codes = [
    ...(hasBody || malformedMembers(operation, options).length > 0 ? ['MALFORMED'] : []),
    ...(openapi?.protect ? protectedErrors : []),
    ...errors,
    ...(rest.ifMatch === undefined ? [] : [ifMatchError]),
    ...(hasBody ? ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] : []),
    ...(canBeInvalid(operation) ? ['VALIDATION_FAILED'] : []),
    ...commonErrors,
  ]
  return [...new Set(codes)]
}

/** The path parameters and opaque members that their schemas can reject. */
export function malformedMembers(
  operation: Operation,
  { malformedFields = [] }: Pick<DocumentOptions, 'malformedFields'>,
): string[] {
  const members = Object.keys(operation.input?.shape ?? {})
  const opaque = new Set([...operation.pathParameters, ...malformedFields])
  return members.filter((name) => opaque.has(name) && wrongMember(operation, name) !== undefined)
}

/** Whether a request can fail with a 422. */
function canBeInvalid({ input, openapi, pathParameters, rest }: Operation): boolean {
  if (!input) return false
  // A body may not be an object, and a member for the path or a header may be sent in the wrong place.
  const takesBody = openapi?.method !== 'GET' && openapi?.method !== 'DELETE'
  if (takesBody || pathParameters.length > 0 || rest.ifMatch !== undefined || rest.headers) return true
  return isStrict(input) || Object.keys(input.shape).length > 0
}
