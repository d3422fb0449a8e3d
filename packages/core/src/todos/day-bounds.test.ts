import { expect, test } from 'vitest'
import { dayBounds } from './day-bounds.ts'

const HOUR = 3_600_000

test.each([
  ['2026-11-24T10:59:59Z', 'Pacific/Auckland', '2026-11-24', '2026-11-23T11:00Z', '2026-11-24T11:00Z'],
  ['2026-11-24T11:00:00Z', 'Pacific/Auckland', '2026-11-25', '2026-11-24T11:00Z', '2026-11-25T11:00Z'],
  ['2026-11-24T07:59:59Z', 'America/Los_Angeles', '2026-11-23', '2026-11-23T08:00Z', '2026-11-24T08:00Z'],
  ['2026-11-24T08:00:00Z', 'America/Los_Angeles', '2026-11-24', '2026-11-24T08:00Z', '2026-11-25T08:00Z'],
  ['2026-03-08T12:00:00Z', 'America/Los_Angeles', '2026-03-08', '2026-03-08T08:00Z', '2026-03-09T07:00Z'],
  ['2026-11-01T12:00:00Z', 'America/Los_Angeles', '2026-11-01', '2026-11-01T07:00Z', '2026-11-02T08:00Z'],
  ['2026-09-26T18:00:00Z', 'Pacific/Auckland', '2026-09-27', '2026-09-26T12:00Z', '2026-09-27T11:00Z'],
  // Midnight does not exist: the clock goes from 23:59 to 01:00.
  ['2026-04-24T12:00:00Z', 'Africa/Cairo', '2026-04-24', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
  ['2026-09-06T12:00:00Z', 'America/Santiago', '2026-09-06', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
  // The whole 30th does not exist.
  ['2011-12-30T00:00:00Z', 'Pacific/Apia', '2011-12-29', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
  ['2026-11-24T20:00:00Z', 'Asia/Kathmandu', '2026-11-25', '2026-11-24T18:15Z', '2026-11-25T18:15Z'],
])('at %s it is in %s the %s', (now, zone, ...[today, start, end]) => {
  expect(dayBounds(new Date(now), zone)).toEqual({
    today,
    startOfToday: new Date(start),
    startOfTomorrow: new Date(end),
  })
})

test.each([
  'UTC',
  'Europe/Berlin',
  'America/Los_Angeles',
  'Pacific/Auckland',
  'America/Santiago',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
])('the days of a year follow each other in %s', (zone) => {
  const wallClock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  let day = dayBounds(new Date('2026-01-01T12:00:00Z'), zone)
  for (let i = 0; i < 365; i += 1) {
    const { today, startOfToday, startOfTomorrow } = day
    expect(wallClock.format(startOfToday).slice(0, 10)).toBe(today)
    expect(wallClock.format(startOfToday.getTime() - 1).slice(0, 10) < today).toBe(true)
    expect((startOfTomorrow.getTime() - startOfToday.getTime()) / HOUR).toBeGreaterThanOrEqual(23)
    expect((startOfTomorrow.getTime() - startOfToday.getTime()) / HOUR).toBeLessThanOrEqual(25)
    expect(dayBounds(new Date(startOfTomorrow.getTime() - 1), zone)).toEqual(day)
    day = dayBounds(startOfTomorrow, zone)
    expect(day.startOfToday).toEqual(startOfTomorrow)
    expect(day.today > today).toBe(true)
  }
})
