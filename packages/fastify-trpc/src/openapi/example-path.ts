import * as z from 'zod'
import type { Operation } from '../shared/operations.ts'
import { sample } from './sample.ts'
import type { Schema } from './types.ts'

/** Longer values, which are invalid because of their length, are not shown. */
const MAX_SHOWN = 100

/** The path of an example request, with given or example values of the path parameters. */
export function examplePath(
  { openapi, input }: Operation,
  serverUrl: string,
  given: Record<string, unknown>,
): string {
  const base = new URL(serverUrl, 'http://localhost').pathname.replace(/\/$/, '')
  const path = (openapi?.path ?? '').replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(given[name] ?? '')
    const shown = value !== '' && value.length <= MAX_SHOWN ? value : exampleOf(input?.shape[name])
    return encodeURIComponent(String(shown))
  })
  return `${base}${path}`
}

function exampleOf(member: z.core.$ZodType | undefined): unknown {
  return member ? sample(z.toJSONSchema(member, { io: 'input', unrepresentable: 'any' }) as Schema) : 'text'
}
