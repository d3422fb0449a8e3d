import { type CustomTypesConfig, types } from 'pg'

type Parser = (text: string) => unknown

// Type OIDs, which are fixed in Postgres.
const TIMESTAMPTZ = 1184
const UUID_ARRAY = 2951

const parserOfPg = (type: number, format?: 'text' | 'binary') => types.getTypeParser(type, format) as Parser

/** `pg`'s parsers, except that instants become RFC 3339 text and arrays of UUIDs are parsed faster. */
export const PARSERS: CustomTypesConfig = {
  getTypeParser: ((type: number, format?: 'text' | 'binary') => {
    if (type === TIMESTAMPTZ) return instant
    return type === UUID_ARRAY ? uuids : parserOfPg(type, format)
  }) as CustomTypesConfig['getTypeParser'],
}

const SPACE = 0x20

/** '2026-01-01 09:00:00.5+00' becomes '2026-01-01T09:00:00.500Z'. Microseconds are truncated, as in a Date. */
function instant(text: string): string {
  if (text.charCodeAt(10) !== SPACE || !text.endsWith('+00')) return otherInstant(text)
  return `${text.slice(0, 10)}T${toMilliseconds(text)}Z`
}

function toMilliseconds(text: string): string {
  if (text.length > 25) return text.slice(11, 23)
  return text.length === 22 ? `${text.slice(11, 19)}.000` : text.slice(11, -3).padEnd(12, '0')
}

const dateOfPg = parserOfPg(TIMESTAMPTZ) as (text: string) => Date | number

/** Handles other time zones and years without four digits. @throws RangeError for infinity */
const otherInstant = (text: string) => new Date(dateOfPg(text)).toISOString()

const manyUuids = parserOfPg(UUID_ARRAY)

/** UUIDs are never quoted. `pg` parses quotes, which takes as long as reading the rest of a todo. */
function uuids(text: string): unknown {
  if (text === '{}') return []
  const list = text.slice(1, -1).split(',')
  // Each UUID has 36 characters; a NULL or a nested array goes to `pg`'s parser.
  const isPlain = text[0] === '{' && text[1] !== '{' && text.length === list.length * 37 + 1
  return isPlain ? list : manyUuids(text)
}
