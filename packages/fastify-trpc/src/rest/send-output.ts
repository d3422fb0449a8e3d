import { TRPCError } from '@trpc/server'
import type { FastifyReply } from 'fastify'
import { isDataStream } from '../shared/data-stream.ts'
import { etagMatches, formatEtag } from './etag.ts'
import type { RestOperation } from './paths.ts'

/** Makes the function that sends an operation's output with the status and headers from its meta. */
export function outputSender(
  { path, rest }: RestOperation,
  { prefix, status }: { prefix: string; status: number },
): (reply: FastifyReply, output: unknown) => FastifyReply {
  const locate = rest.location === undefined ? undefined : locator(rest.location)

  return (reply, output) => {
    // JSON.stringify would send an empty object.
    if (isDataStream(output)) {
      throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: `${path}: REST cannot send streams` })
    }
    const { method, headers } = reply.request
    reply.code(status)
    const version = rest.etag === undefined ? undefined : member(output, rest.etag)
    if (version !== undefined && version !== null) {
      const etag = formatEtag(version)
      reply.header('etag', etag)
      const isRead = method === 'GET' || method === 'HEAD'
      if (isRead && etagMatches(headers['if-none-match'], etag)) return reply.code(304).send()
    }
    if (locate) reply.header('location', `${prefix}${locate(output)}`)
    if (status === 204) return reply.send()
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .serializer(String)
      .send(JSON.stringify(output ?? null))
  }
}

/** Fills the members of an output into a template such as '/todos/{id}'. */
function locator(template: string): (output: unknown) => string {
  return (output) =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(member(output, name))))
}

const member = (value: unknown, name: string) => (value as Record<string, unknown> | null)?.[name]
