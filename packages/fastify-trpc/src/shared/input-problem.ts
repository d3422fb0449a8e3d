import type { TRPCError } from '@trpc/server'
import type { FieldError } from '../types.ts'

/** The problem that REST sends if the schema rejects the input. */
export type InputProblem = {
  status: 400 | 422
  code: 'MALFORMED' | 'VALIDATION_FAILED'
  /** 20 at most. `path` has dots between levels, and is empty for the whole input. */
  errors: FieldError[]
}

export const MAX_FIELD_ERRORS = 20

/**
 * The problem of a `TRPCError` for invalid input; undefined for other errors. The input is malformed (400) if a member
 * in `malformed` is invalid: a path parameter or an opaque member such as a cursor.
 */
export function inputProblemOf(
  { code, cause }: TRPCError,
  malformed: ReadonlySet<string>,
): InputProblem | undefined {
  if (code !== 'BAD_REQUEST' || !hasIssues(cause)) return undefined
  const errors = cause.issues.flatMap(fieldErrorsOf).slice(0, MAX_FIELD_ERRORS)
  const isMalformed = cause.issues.some(({ path }) => malformed.has(String(path[0])))
  return isMalformed
    ? { status: 400, code: 'MALFORMED', errors }
    : { status: 422, code: 'VALIDATION_FAILED', errors }
}

type Issue = {
  path: PropertyKey[]
  message: string
  code?: string
  /** Of unrecognized_keys. */
  keys?: string[]
  /** Of invalid_union: the issues of each option, with paths below that of the union. */
  errors?: Issue[][]
}

export function hasIssues(cause: unknown): cause is { issues: Issue[] } {
  return typeof cause === 'object' && cause !== null && 'issues' in cause && Array.isArray(cause.issues)
}

/** The errors of one of Zod's issues. Each unknown member gets its own error. */
export function fieldErrorsOf({ path, message, code, keys = [], errors = [] }: Issue): FieldError[] {
  if (code === 'unrecognized_keys') {
    return keys.map((key) => ({ path: [...path, key].map(String).join('.'), message: UNKNOWN_MEMBER }))
  }
  const meant = code === 'invalid_union' ? optionMeant(errors) : undefined
  if (meant) return meant.flatMap((issue) => fieldErrorsOf({ ...issue, path: [...path, ...issue.path] }))
  return [{ path: path.map(String).join('.'), message }]
}

/** The issues of the only union option whose members the input has. Other options would not explain what is wrong. */
function optionMeant(errors: Issue[][]): Issue[] | undefined {
  const fitting = errors.filter((issues) => issues.every(({ path }) => path.length > 0))
  return fitting.length === 1 ? fitting[0] : undefined
}

export const UNKNOWN_MEMBER = 'Unknown field'
