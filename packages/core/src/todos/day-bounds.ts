/** Today in `timeZone`: its date, when it began and when tomorrow begins. */
export function dayBounds(
  now: Date,
  timeZone: string,
): { today: string; startOfToday: Date; startOfTomorrow: Date } {
  // The Swedish locale formats dates as ISO 8601. Formatters are expensive to create, so share one.
  const { format } = new Intl.DateTimeFormat('sv-SE', { timeZone })
  const today = format(now)
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number)
  return {
    today,
    startOfToday: startOfDay(Date.UTC(year, month - 1, day), format),
    startOfTomorrow: startOfDay(Date.UTC(year, month - 1, day + 1), format),
  }
}

/** The first instant of a day. If the clock skips midnight, the first instant after the gap. */
function startOfDay(utcMidnight: number, dateOf: (instant: number) => string): Date {
  const day = new Date(utcMidnight).toISOString().slice(0, 10)
  // Zones are within 14 hours of UTC, and a day begins once: binary search for the minute.
  let [before, from] = [utcMidnight - 15 * 3_600_000, utcMidnight + 15 * 3_600_000]
  while (from - before > 60_000) {
    const middle = before + Math.floor((from - before) / 120_000) * 60_000
    if (dateOf(middle) < day) before = middle
    else from = middle
  }
  return new Date(from)
}
