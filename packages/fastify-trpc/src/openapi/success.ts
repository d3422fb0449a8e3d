import { STATUS_CODES } from 'node:http'
import { type Operation, isVoid } from '../shared/operations.ts'
import { sample } from './sample.ts'
import { type Header, type MediaType, type Response, type Schema, text } from './types.ts'

/** The successful response of an operation and, for reads with an ETag, the 304. */
export function successOf(
  generated: Record<string, Response>,
  operation: Operation,
  schemas: Record<string, Schema>,
): Record<string, Response> {
  const { rest, openapi } = operation
  const status = rest.status ?? (isVoid(operation) ? 204 : 200)
  const headers: Record<string, Header> = {
    ...(rest.etag !== undefined && { ETag: text('The version of the resource') }),
    ...(rest.location !== undefined && { Location: text('The path of the created resource') }),
    ...Object.fromEntries(
      Object.entries(rest.responseHeaders ?? {}).map(([name, description]) => [name, text(description)]),
    ),
  }
  const content = status === 204 ? undefined : withExamples(generated['200']?.content, schemas)
  const success: Response = {
    description: openapi?.successDescription ?? STATUS_CODES[status] ?? 'Success',
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(content && { content }),
  }
  const cached = rest.etag !== undefined && openapi?.method === 'GET'
  return {
    [status]: success,
    ...(cached && {
      304: {
        description: 'Not modified: the version is the one in If-None-Match',
        headers: { ETag: text('The version of the resource') },
      },
    }),
  }
}

function withExamples(
  content: Record<string, MediaType> | undefined,
  schemas: Record<string, Schema>,
): Record<string, MediaType> | undefined {
  if (!content) return undefined
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema, ...media }]) => [
      type,
      { ...(schema && { schema, example: sample(schema, schemas) }), ...media },
    ]),
  )
}
