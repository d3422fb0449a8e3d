const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])

/** What whoever starts the service can do about an error, where that is known. */
export function explainStartError(error: unknown): unknown {
  const { code, address, port } = (error ?? {}) as { code?: unknown; address?: unknown; port?: unknown }
  if (code === 'EADDRINUSE') return new Error(`port ${port} of ${address} is in use: set PORT to another`)
  if (UNREACHABLE.has(String(code))) return new Error('the database does not answer: check DATABASE_URL')
  return error
}
