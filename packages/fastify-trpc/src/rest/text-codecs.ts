import type * as z from 'zod'
import { unwrapped } from '../shared/operations.ts'

/** Decodes the text of a path or query parameter to the type that its schema expects. */
export type Codec = (text: string | string[]) => unknown

/** The codecs of an input's members. Text that cannot be decoded stays text, so that the schema reports it. */
export function codecsOf(schema: z.ZodObject): Map<string, Codec> {
  return new Map(Object.entries(schema.shape).map(([name, member]) => [name, codecOf(member)]))
}

function codecOf(schema: z.core.$ZodType): Codec {
  const inner = unwrapped(schema)
  const { def } = inner._zod as {
    def: { type: string; element?: z.core.$ZodType; options?: z.core.$ZodType[]; values?: unknown[] }
  }
  switch (def.type) {
    case 'number':
      return scalar(toNumber)
    case 'boolean':
      return scalar(toBoolean)
    case 'bigint':
      return scalar(toBigInt)
    case 'literal':
      return scalar((text) => def.values?.find((value) => String(value) === text) ?? text)
    case 'array':
      return listOf(def.element ? codecOf(def.element) : (text) => text)
    case 'union':
      return firstOf(def.options?.map((option) => ({ option, codec: codecOf(option) })) ?? [])
    default:
      return (text) => text
  }
}

// A repeated parameter stays a list, so that a schema for a single value rejects it.
const scalar =
  (decode: (text: string) => unknown): Codec =>
  (text) =>
    Array.isArray(text) ? text : decode(text)

const listOf =
  (element: Codec): Codec =>
  (text) =>
    [text].flat().map((item) => element(item))

const firstOf =
  (members: { option: z.core.$ZodType; codec: Codec }[]): Codec =>
  (text) => {
    const decoded = members.map(({ option, codec }) => ({ option, value: codec(text) }))
    const fitting = decoded.find(({ option, value }) => (option as z.ZodType).safeParse(value).success)
    return fitting ? fitting.value : text
  }

function toNumber(text: string): unknown {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}

function toBoolean(text: string): unknown {
  if (text === 'true') return true
  return text === 'false' ? false : text
}

function toBigInt(text: string): unknown {
  return /^-?\d+$/.test(text) ? BigInt(text) : text
}
