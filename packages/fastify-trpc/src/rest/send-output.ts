import { TRPCError } from '@trpc/server'
import type { FastifyReply } from 'fastify'
import { asKey } from '../shared/as-key.ts'
import { isDataStream } from '../shared/data-stream.ts'
import { etagMatches, formatEtag } from './etag.ts'
import { fromJsonText, toJson } from '../shared/json-text.ts'
import type { RestOperation } from './paths.ts'

/** Answers an operation's output with the status and the headers that its meta asks for. */
export function answerer(
  { path, rest }: RestOperation,
  { prefix, status }: { prefix: string; status: number },
): (reply: FastifyReply, output: unknown) => FastifyReply {
  const locate = rest.location === undefined ? undefined : locator(rest.location)
  const readsMembers = rest.etag !== undefined || locate !== undefined

  return (reply, output) => {
    // JSON.stringify would make empty objects of it.
    if (isDataStream(output)) {
      throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: `${path}: REST answers no streams` })
    }
    const { method, headers } = reply.request
    reply.code(status)
    const value = readsMembers ? fromJsonText(output) : output
    const version = rest.etag === undefined ? undefined : member(value, rest.etag)
    if (version !== undefined && version !== null) {
      const etag = formatEtag(version)
      reply.header('etag', etag)
      const isRead = method === 'GET' || method === 'HEAD'
      if (isRead && etagMatches(headers['if-none-match'], etag)) return reply.code(304).send()
    }
    if (locate) reply.header('location', `${prefix}${locate(value)}`)
    if (status === 204) return reply.send()
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .serializer(String)
      .send(toJson(output ?? null))
  }
}

/** Fills the members of an output in where a template names them, as in '/todos/{id}'. */
function locator(template: string): (output: unknown) => string {
  // Names are at odd places.
  const parts = template.split(/\{(\w+)\}/).map(asKey)
  return (output) =>
    parts
      .map((part, index) => (index % 2 === 0 ? part : encodeURIComponent(String(member(output, part)))))
      .join('')
}

const member = (value: unknown, name: string) => (value as Record<string, unknown> | null)?.[name]
