import { types } from 'pg'

export type Parser = (text: string) => unknown
export type WireValue = string | Buffer | null

// The types of Postgres have fixed numbers.
const TIMESTAMPTZ = 1184
const UUID_ARRAY = 2951

export function parserOf(type: number): Parser {
  if (type === TIMESTAMPTZ) return instant
  return type === UUID_ARRAY ? uuids : parserOfPg(type)
}

const parserOfPg = (type: number) => types.getTypeParser(type) as Parser

const SPACE = 0x20

/**
 * '2026-01-01 09:00:00.5+00', as Postgres writes an instant in UTC, by RFC 3339: '2026-01-01T09:00:00.500Z'. What lies
 * between milliseconds is cut off, as by a Date.
 */
function instant(text: string): string {
  if (text.charCodeAt(10) !== SPACE || !text.endsWith('+00')) return otherInstant(text)
  return `${text.slice(0, 10)}T${toMilliseconds(text)}Z`
}

function toMilliseconds(text: string): string {
  if (text.length > 25) return text.slice(11, 23)
  return text.length === 22 ? `${text.slice(11, 19)}.000` : text.slice(11, -3).padEnd(12, '0')
}

const dateOfPg = parserOfPg(TIMESTAMPTZ) as (text: string) => Date | number

/** In another zone, or in a year that is not of four digits. @throws RangeError for infinity, as a transaction does */
const otherInstant = (text: string) => new Date(dateOfPg(text)).toISOString()

const manyUuids = parserOfPg(UUID_ARRAY)

/** Nothing is quoted in it: `pg`, which must look for that, takes as long for it as for the rest of a todo. */
function uuids(text: string): unknown {
  if (text === '{}') return []
  const list = text.slice(1, -1).split(',')
  // Each has 36 characters: else there is NULL among them. To look for it in the text takes a fifth longer.
  const isPlain = text[0] === '{' && text[1] !== '{' && text.length === list.length * 37 + 1
  return isPlain ? list : manyUuids(text)
}

/**
 * Values as text, in which Postgres reads every type, or as bytes; an array is one of Postgres, not of JSON.
 * @throws for what has no text, such as an invalid date
 */
export function toWire(value: unknown): WireValue {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return JSON.stringify(value)
}

const QUOTED = /["\\]/
const EACH_QUOTED = /["\\]/g

/** Not as JSON: in an array Postgres reads `\n` as an n, and null in quotes as a text. */
function toElement(value: unknown): string {
  const wire = toWire(value)
  if (wire === null) return 'NULL'
  if (Array.isArray(value)) return wire as string
  if (typeof wire !== 'string') return `"\\\\x${wire.toString('hex')}"`
  // To look first is twice as fast: there is seldom one.
  return QUOTED.test(wire) ? `"${wire.replace(EACH_QUOTED, '\\$&')}"` : `"${wire}"`
}
