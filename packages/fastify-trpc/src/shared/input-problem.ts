import type { TRPCError } from '@trpc/server'
import type { FieldError } from '../types.ts'

/** What REST makes of an input that its schema refuses. */
export type InputProblem = {
  status: 400 | 422
  code: 'MALFORMED' | 'VALIDATION_FAILED'
  /** `path` has dots between levels, and is empty for the whole input. */
  errors: FieldError[]
}

/**
 * The problem of a `TRPCError` that tRPC made of a refused input; undefined for other errors. It is malformed (400) if
 * a member of `malformed` is wrong: the path's parameters and opaque members such as cursors.
 */
export function inputProblemOf(
  { code, cause }: TRPCError,
  malformed: ReadonlySet<string>,
): InputProblem | undefined {
  if (code !== 'BAD_REQUEST' || !hasIssues(cause)) return undefined
  const errors = cause.issues.flatMap(fieldErrorsOf)
  const isMalformed = cause.issues.some(({ path }) => malformed.has(String(path[0])))
  return isMalformed
    ? { status: 400, code: 'MALFORMED', errors }
    : { status: 422, code: 'VALIDATION_FAILED', errors }
}

type Issue = { path: PropertyKey[]; message: string; code?: string; keys?: string[] }

export function hasIssues(cause: unknown): cause is { issues: Issue[] } {
  return typeof cause === 'object' && cause !== null && 'issues' in cause && Array.isArray(cause.issues)
}

/** The errors of one of Zod's issues: unknown members are named one by one. */
export function fieldErrorsOf({ path, message, code, keys }: Issue): FieldError[] {
  const at = path.map(String)
  if (code !== 'unrecognized_keys' || !keys) return [{ path: at.join('.'), message }]
  return keys.map((key) => ({ path: [...at, key].join('.'), message: UNKNOWN_MEMBER }))
}

export const UNKNOWN_MEMBER = 'There is no such member'
