import { isUnreachable } from '@todo/postgres'

type SystemError = { code?: unknown; address?: unknown; port?: unknown }

/** Replaces errors with a known cause by a message that says what to do. */
export function explainStartError(error: unknown): unknown {
  const { code, address, port } = (error ?? {}) as SystemError
  if (code === 'EADDRINUSE') return new Error(`Port ${port} on ${address} is in use: set PORT to a free one.`)
  if (isUnreachable(error) || code === 'ETIMEDOUT') {
    // The message names the address. It is empty if a host has several.
    const cause = (error instanceof Error && error.message) || String(code)
    return new Error(`Cannot connect to the database (${cause}): check DATABASE_URL.`)
  }
  return error
}
