const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Replaces values that differ between runs: ids (numbered in order of appearance), times, tokens, cursors. */
export function normaliser(): (value: unknown, key?: string) => unknown {
  const ids = new Map<string, string>()
  return function normalise(value: unknown, key = ''): unknown {
    if (Array.isArray(value)) return value.map((item) => normalise(item))
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).sort(([a], [b]) => a.localeCompare(b))
      return Object.fromEntries(entries.map(([name, member]) => [name, normalise(member, name)]))
    }
    if (typeof value !== 'string') return value
    if (/(access|refresh)Token$|Cursor$|^userAgent$|^email$/.test(key)) return `(${key})`
    if (INSTANT.test(value)) return '(instant)'
    if (!UUID.test(value)) return value
    const known = ids.get(value) ?? `(id ${ids.size + 1})`
    ids.set(value, known)
    return known
  }
}
