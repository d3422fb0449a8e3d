import * as z from 'zod'
import { operations } from './rest.ts'

export type BadInput = { name: string; input: Record<string, unknown>; status: number }

type Member = { type?: string; format?: string; enum?: unknown[]; maxLength?: number }

const MALFORMED = new Set(['cursor', 'since'])

/** Inputs that an operation's schema must reject: a valid input with one field changed. */
export function badInputs(path: string, valid: Record<string, unknown>): BadInput[] {
  const operation = operations.get(path)
  if (!operation?.input) return []
  const { pathParameters, openapi, rest } = operation
  const hasBody = openapi.method !== 'GET' && openapi.method !== 'DELETE'
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' })
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, Member>
    required?: string[]
  }
  const bad: BadInput[] = [{ name: 'an unknown field', input: { ...valid, unknown: 'x' }, status: 422 }]

  for (const [name, member] of Object.entries(properties)) {
    if (name === rest.ifMatch) continue
    const isPath = pathParameters.includes(name)
    const status = isPath || MALFORMED.has(name) ? 400 : 422
    const add = (what: string, value: unknown) =>
      bad.push({ name: `${name}: ${what}`, input: { ...valid, [name]: value }, status })
    if (isPath) {
      add('no id', 'not-an-id')
      add('too long', 'a'.repeat(3_000))
      continue
    }
    if (required.includes(name)) {
      const { [name]: _, ...others } = valid
      bad.push({ name: `${name}: missing`, input: others, status })
    }
    add('wrong type', hasBody ? { wrong: true } : ['1', '1'])
    if (member.type !== 'string') continue
    if (member.maxLength !== undefined) add('too long', 'a'.repeat(member.maxLength + 1))
    if (MALFORMED.has(name)) {
      add('garbage', 'not-a-cursor')
      continue
    }
    add('with NUL', 'correct\0horse')
    if (hasBody) add('with a lone surrogate', 'correct\ud800horse')
  }
  return bad
}
