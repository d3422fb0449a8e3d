import type { TodoTime } from '@todo/core'
import type { ACCOUNTS, EditableOf, LABELS, LISTS, TODOS } from '@todo/db'
import * as fc from 'fast-check'

/** Random values for each member that users can set. A new member does not compile until it has them. */
type Arbitraries<T> = { [K in keyof EditableOf<T>]: fc.Arbitrary<EditableOf<T>[K]> }

export const todoMembers = (labelIds: string[]): Arbitraries<typeof TODOS> => ({
  title: line(500),
  description: text(20_000),
  labelIds: fc
    .tuple(fc.shuffledSubarray(labelIds), fc.boolean())
    .map(([ids, upperCase]) => (upperCase ? ids.map((id) => id.toUpperCase()) : ids)),
  priority: fc.integer({ min: 0, max: 4 }),
  start: fc.option(time()),
  due: fc.option(time()),
})

export const LIST_MEMBERS: Arbitraries<typeof LISTS> = {
  name: line(100),
  colour: fc.option(colour()),
  archived: fc.boolean(),
}

export const LABEL_MEMBERS: Arbitraries<typeof LABELS> = {
  name: line(60),
  colour: fc.option(colour()),
}

export const ACCOUNT_MEMBERS: Arbitraries<typeof ACCOUNTS> = { displayName: line(100), timeZone: timeZone() }

/** Any Unicode text; sometimes as long as `max`, in UTF-16 code units, allows. */
function text(max: number): fc.Arbitrary<string> {
  const longest = fc.constantFrom('ä'.repeat(max), '🦀'.repeat(max / 2))
  return fc.oneof({ weight: 9, arbitrary: fc.string({ unit: 'binary', maxLength: max / 2 }) }, longest)
}

/** Text with space around it. */
function line(max: number): fc.Arbitrary<string> {
  const space = fc.constantFrom('', ' ', '\t\n', '\u3000')
  return fc.tuple(space, text(max), space).map((parts) => parts.join(''))
}

function colour(): fc.Arbitrary<string> {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 6, maxLength: 6 })
  return digits.map((hex) => `#${hex}`)
}

function timeZone(): fc.Arbitrary<string> {
  return fc.constantFrom('UTC', 'Europe/Berlin', ...Intl.supportedValuesOf('timeZone'))
}

/** A day, or an instant with any offset from UTC, from the first to the last that the schemas accept. */
function time(): fc.Arbitrary<TodoTime> {
  const moment = fc.date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
  const at = fc.tuple(moment, offset).map(([date, minutes]) => withOffset(date, minutes))
  return fc.oneof(
    moment.map((date) => ({ date: date.toISOString().slice(0, 10) })),
    fc.record({ at, timeZone: timeZone() }),
  )
}

/** The RFC 3339 text of an instant in the local time of `minutes` east of Greenwich. */
function withOffset(instant: Date, minutes: number): string {
  const local = new Date(instant.getTime() + minutes * 60_000).toISOString()
  const digits = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return local.replace(
    'Z',
    `${minutes < 0 ? '-' : '+'}${digits.map((n) => String(n).padStart(2, '0')).join(':')}`,
  )
}
