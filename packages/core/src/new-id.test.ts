import { expect, test, vi } from 'vitest'
import { validate, version } from 'uuid'
import { newId } from './new-id.ts'

const MANY = 10_000

/** Milliseconds since 1970. */
const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

test('ids are unique, sorted UUIDv7s of the current time', () => {
  const before = Date.now()
  const ids = Array.from({ length: MANY }, newId)
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true)
  expect(new Set(ids).size).toBe(MANY)
  expect(ids).toEqual(ids.toSorted())
  expect(timeOf(ids[0]!)).toBeGreaterThanOrEqual(before)
  expect(timeOf(ids.at(-1)!)).toBeLessThanOrEqual(Date.now())
})

test('the part after the time is random', () => {
  const ends = Array.from({ length: MANY }, () => newId().slice(-12))
  expect(new Set(ends).size).toBe(MANY)
})

test('ids stay sorted when the clock is set back', () => {
  const before = newId()
  vi.useFakeTimers({ now: Date.now() - 60_000 })
  const after = newId()
  vi.useRealTimers()
  expect(after > before).toBe(true)
})
