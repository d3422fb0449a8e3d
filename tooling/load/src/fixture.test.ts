import { expect, test } from 'vitest'
import { isSeeded, todoOf } from './fixture.ts'

test('a member that the fixture does not know makes no answer incorrect', () => {
  expect(isSeeded({ ...todoOf(3, 7), estimateMinutes: null }, 3, 7)).toBe(true)
})

test.each(Object.keys(todoOf(3, 7)))(
  'an answer without %s, or with another value of it, is incorrect',
  (name) => {
    const { [name]: value, ...rest } = todoOf(3, 7)
    expect(isSeeded(rest, 3, 7)).toBe(false)
    expect(isSeeded({ ...rest, [name]: `not ${String(value)}` }, 3, 7)).toBe(false)
  },
)
