import { expect, test } from 'vitest'
import { Id, IfVersion, TimeZone, line } from './fields.ts'

test('an id is the same in upper and lower case', () => {
  expect(Id.parse('0199F0C5-7B3A-7CC2-9F00-5D2F6A1E4B10')).toBe('0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10')
})

test('any integer can be the expected version; it is clamped to the range of the column', () => {
  expect([-1, 0, 7, 3_000_000_000].map((version) => IfVersion.parse(version))).toEqual([
    0, 0, 7, 2_147_483_647,
  ])
  expect(IfVersion.safeParse(1.5).success).toBe(false)
})

test('a line is trimmed, not empty and can be stored', () => {
  expect(line(5).parse('  a b  ')).toBe('a b')
  for (const value of ['', '   ', '123456', 'a\0', '\ud800'])
    expect(line(5).safeParse(value).success).toBe(false)
  expect(line(2).parse('😀')).toBe('😀')
})

test('a time zone is an IANA name', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'EST', 'EET']) {
    expect(TimeZone.parse(zone)).toBe(zone)
  }
  for (const zone of ['', '+02:00', 'Mars/Olympus', 'Europe', '2', 'IST', 'pst', 'SystemV/PST8PDT']) {
    expect(TimeZone.safeParse(zone).success).toBe(false)
  }
})
