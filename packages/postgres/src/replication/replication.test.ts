import { describe, expect, test } from 'vitest'
import { lagClock } from './lag.ts'
import { formatToken, includes, parseLsn, parseToken } from './position.ts'

const at = (timeline: number, lsn: string) => ({ timeline, lsn: parseLsn(lsn) })

describe('a token', () => {
  test('survives formatting and parsing', () => {
    const position = at(3, '16/B374D848')
    expect(formatToken(position)).toBe('00000003-00000016b374d848')
    expect(parseToken(formatToken(position))).toEqual(position)
  })

  test('sorts as text', () => {
    const tokens = [at(1, '0/FF'), at(1, '0/100'), at(1, '1/0'), at(2, '0/1'), at(10, '0/0')].map(formatToken)
    expect(tokens.toSorted()).toEqual(tokens)
  })

  test.each(['', '1', '00000003-16/B374D848', '0000000G-00000016b374d848', '00000003-00000016b374d8481'])(
    'does not parse from %j',
    (text) => {
      expect(parseToken(text)).toBeUndefined()
    },
  )
})

test('a position includes earlier positions of its own timeline only', () => {
  expect(includes(at(2, '0/200'), at(2, '0/200'))).toBe(true)
  expect(includes(at(2, '0/200'), at(2, '0/201'))).toBe(false)
  expect(includes(at(2, '0/200'), at(1, '0/100'))).toBe(false)
  expect(includes(at(1, '0/200'), at(2, '0/100'))).toBe(false)
})

describe('lag', () => {
  let now = 0
  const clock = lagClock(() => now)
  const after = (ms: number, lsn: string, timeline = 1) => {
    now += ms
    clock.observe(at(timeline, lsn))
  }

  test('is the time since the primary passed the position of the replica', () => {
    after(0, '0/100')
    after(250, '0/200')
    after(250, '0/300')
    now += 100
    expect(clock.lagOf(at(1, '0/300'))).toBe(0)
    expect(clock.lagOf(at(1, '0/250'))).toBe(100)
    expect(clock.lagOf(at(1, '0/150'))).toBe(350)
  })

  test('does not grow while there are no writes', () => {
    after(5_000, '0/300')
    expect(clock.lagOf(at(1, '0/300'))).toBe(0)
  })

  test('of a stopped replica grows to at least a minute', () => {
    for (let second = 0; second < 120; second++) after(1_000, `1/${(second + 16).toString(16)}`)
    expect(clock.lagOf(at(1, '0/300'))).toBeGreaterThanOrEqual(60_000)
  })

  test('starts at zero on a new timeline', () => {
    after(10, '0/50', 2)
    expect(clock.latest()).toEqual(at(2, '0/50'))
    expect(clock.lagOf(at(2, '0/50'))).toBe(0)
  })
})
