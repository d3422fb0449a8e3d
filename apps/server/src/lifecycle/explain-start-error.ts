const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])

type SystemError = { code?: unknown; address?: unknown; port?: unknown }

const fieldsOf = (error: unknown) => (error ?? {}) as SystemError

/** True if nothing can be reached at the database's address. */
export const isUnreachable = (error: unknown): boolean => UNREACHABLE.has(String(fieldsOf(error).code))

/** Replaces errors with a known cause by a message that says what to do. */
export function explainStartError(error: unknown): unknown {
  const { code, address, port } = fieldsOf(error)
  if (code === 'EADDRINUSE') return new Error(`Port ${port} on ${address} is in use: set PORT to a free one.`)
  if (isUnreachable(error)) return new Error('Cannot connect to the database: check DATABASE_URL.')
  return error
}
