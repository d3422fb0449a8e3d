import type * as z from 'zod'
import { headerMembers, misplacedMessages } from '../rest/read-input.ts'
import { codecsOf } from '../rest/text-codecs.ts'
import { UNKNOWN_MEMBER, fieldErrorsOf } from '../shared/input-problem.ts'
import { type Operation, isStrict } from '../shared/operations.ts'
import type { FieldError } from '../types.ts'

/** A value that a member's schema rejects, and the resulting errors. */
export type WrongMember = { name: string; value: unknown; errors: FieldError[] }

const LONG = 'x'.repeat(10_000)
const JSON_VALUES = [0, 'x', null, {}, LONG]
const TEXTS = ['x', '0', '-1', LONG]

/** Finds an invalid value for a member that a request can contain; undefined if its schema seems to accept any. */
export function wrongMember(operation: Operation, name: string): WrongMember | undefined {
  const { input, openapi, pathParameters } = operation
  const schema = input?.shape[name] as z.ZodType | undefined
  if (!input || !schema) return undefined
  for (const value of candidates()) {
    const issues = issuesOf(schema, value)
    if (!issues) continue
    return {
      name,
      value,
      errors: issues.flatMap((issue) => fieldErrorsOf({ ...issue, path: [name, ...issue.path] })),
    }
  }
  return undefined

  function candidates(): unknown[] {
    const decode = codecsOf(input as z.ZodObject).get(name) ?? ((text: unknown) => text)
    const texts = TEXTS.map(decode)
    if (pathParameters.includes(name) || headerMembers(operation).includes(name)) return texts
    const isQuery = openapi?.method === 'GET' || openapi?.method === 'DELETE'
    return isQuery ? [...texts, decode(''), decode(['x', 'x'])] : JSON_VALUES
  }
}

function issuesOf(schema: z.ZodType, value: unknown): z.core.$ZodIssue[] | undefined {
  try {
    return schema.safeParse(value).error?.issues
  } catch {
    // The schema has asynchronous checks.
    return undefined
  }
}

/** The errors of a request that fails with a 422. Members in `malformed` would fail with a 400. */
export function invalidInput(operation: Operation, malformed: string[]): FieldError[] {
  const { input, pathParameters, rest } = operation
  const names = Object.keys(input?.shape ?? {}).filter(
    (name) => !malformed.includes(name) && name !== rest.ifMatch && !pathParameters.includes(name),
  )
  for (const name of names) {
    const wrong = wrongMember(operation, name)
    if (wrong) return wrong.errors
  }
  const elsewhere = [...pathParameters, ...headerMembers(operation)][0]
  if (elsewhere !== undefined) return [{ path: elsewhere, message: misplacedMessages(operation)(elsewhere) }]
  if (input && isStrict(input)) return [{ path: 'unknown', message: UNKNOWN_MEMBER }]
  return (input && issuesOf(input, [])?.flatMap(fieldErrorsOf)) ?? []
}
