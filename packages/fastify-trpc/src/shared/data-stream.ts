/** True for async iterables and for objects with such members or with promises: tRPC does not send these as plain JSON. */
export function isDataStream(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false
  if (Symbol.asyncIterator in data) return true
  for (const key of Object.keys(data)) {
    const value = (data as Record<string, unknown>)[key]
    if (isAsync(value)) return true
  }
  return false
}

function isAsync(value: unknown): boolean {
  if (value === null || Array.isArray(value)) return false
  if (typeof value !== 'object' && typeof value !== 'function') return false
  const { then, catch: rescue } = value as { then?: unknown; catch?: unknown }
  if (typeof then === 'function' && typeof rescue === 'function') return true
  return typeof value === 'object' && Symbol.asyncIterator in value
}
