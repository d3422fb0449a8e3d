import type { FastifyError, FastifyRequest } from 'fastify'
import type { RestOperation } from './paths.ts'

export const MERGE_PATCH = 'application/merge-patch+json'

/** Of the methods with a body, only those that say so take a merge patch. */
export function refuseMergePatch({ headers }: FastifyRequest): FastifyError | undefined {
  if (!headers['content-type']?.toLowerCase().startsWith(MERGE_PATCH)) return undefined
  return Object.assign(new Error(), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    name: 'FastifyError',
    statusCode: 415,
  })
}

/** RFC 5789 and the registry of fields: a 415 tells what would have been taken; PUT has no such field. */
export function acceptHeaders({ openapi, rest }: RestOperation): Record<string, string> {
  const types = rest.mergePatch ? `application/json, ${MERGE_PATCH}` : 'application/json'
  const name = ACCEPT_HEADERS[openapi.method]
  return name === undefined ? {} : { [name]: types }
}

/** By method, the field that tells which content types it takes. */
export const ACCEPT_HEADERS: Record<string, 'Accept-Post' | 'Accept-Patch' | undefined> = {
  POST: 'Accept-Post',
  PATCH: 'Accept-Patch',
}
