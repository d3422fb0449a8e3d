import { ERRORS, ERROR_KINDS } from '@todo/core'
import type { ErrorCatalogue } from 'fastify-trpc'

// REST and its document share these.

export const API_PREFIX = '/api/v1'

/** Opaque input: a wrong value is a malformed request, as a wrong id in the path is. */
export const MALFORMED_FIELDS = ['cursor', 'since']

/** The error catalogue with the HTTP status of each code. */
export const ERROR_CATALOGUE: ErrorCatalogue = Object.fromEntries(
  Object.entries(ERRORS).map(([reason, { kind, message }]) => [
    reason,
    { status: ERROR_KINDS[kind].status, message },
  ]),
)
