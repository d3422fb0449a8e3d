/** The day that `now` falls on in `timeZone`: its date, when it began, and when the next begins. */
export function dayBounds(
  now: Date,
  timeZone: string,
): { today: string; startOfToday: Date; startOfTomorrow: Date } {
  const today = dateIn(now, timeZone)
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number)
  return {
    today,
    startOfToday: startOfDay(Date.UTC(year, month - 1, day), timeZone),
    startOfTomorrow: startOfDay(Date.UTC(year, month - 1, day + 1), timeZone),
  }
}

// Swedish writes dates as ISO 8601 does.
const dateIn = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone }).format(instant)

/** The first instant of a day: of a day whose midnight is skipped, the one after the gap. */
function startOfDay(utcMidnight: number, timeZone: string): Date {
  const day = new Date(utcMidnight).toISOString().slice(0, 10)
  // Zones lie within 14 hours of UTC, and a day begins once: search for the minute.
  let [before, from] = [utcMidnight - 15 * 3_600_000, utcMidnight + 15 * 3_600_000]
  while (from - before > 60_000) {
    const middle = before + Math.floor((from - before) / 120_000) * 60_000
    if (dateIn(new Date(middle), timeZone) < day) before = middle
    else from = middle
  }
  return new Date(from)
}
