import { TRPCError } from '@trpc/server'
import type { FastifyReply } from 'fastify'
import { isDataStream } from './data-stream.ts'
import { etagMatches, formatEtag } from './etag.ts'
import { fromJsonText, toJson } from './json-text.ts'
import type { RestOperation } from './rest-paths.ts'

/** Answers an operation's output with the status and the headers that its meta asks for. */
export function answerer(
  { path, rest }: RestOperation,
  { prefix, status }: { prefix: string; status: number },
): (reply: FastifyReply, output: unknown) => FastifyReply {
  const readsMembers = rest.etag !== undefined || rest.location !== undefined

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
    if (rest.location !== undefined) {
      const location = rest.location.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(String(member(value, name))),
      )
      reply.header('location', `${prefix}${location}`)
    }
    if (status === 204) return reply.send()
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .serializer(String)
      .send(toJson(output ?? null))
  }
}

const member = (value: unknown, name: string) => (value as Record<string, unknown> | null)?.[name]
