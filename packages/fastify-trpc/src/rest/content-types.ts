import type { FastifyError, FastifyRequest } from 'fastify'
import type { RestOperation } from './paths.ts'

export const MERGE_PATCH = 'application/merge-patch+json'

/** The 415 for a merge patch, for operations that do not accept one. */
export function mergePatchError({ headers }: FastifyRequest): FastifyError | undefined {
  if (!headers['content-type']?.toLowerCase().startsWith(MERGE_PATCH)) return undefined
  return Object.assign(new Error(), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    name: 'FastifyError',
    statusCode: 415,
  })
}

/** The header of a 415 that lists the accepted content types (RFC 5789; Accept-Post). PUT has none. */
export function acceptHeaders({ openapi, rest }: RestOperation): Record<string, string> {
  const types = rest.mergePatch ? `application/json, ${MERGE_PATCH}` : 'application/json'
  const name = ACCEPT_HEADERS[openapi.method]
  return name === undefined ? {} : { [name]: types }
}

/** By method, the header that lists the accepted content types. */
export const ACCEPT_HEADERS: Record<string, 'Accept-Post' | 'Accept-Patch' | undefined> = {
  POST: 'Accept-Post',
  PATCH: 'Accept-Patch',
}
