import type { FastifyReply } from 'fastify'

/**
 * An answer by JSON lines whose headers were sent before its calls ended: what they set since then is appended as
 * lines of `["name","value"]`. tRPC's clients pass over lines of no call that they know.
 */
export function withLateHeaders(
  body: ReadableStream<Uint8Array>,
  reply: FastifyReply,
  names: readonly string[],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const sent = new Map(names.map((name) => [name, reply.getHeader(name)]))
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      flush(controller) {
        for (const [name, before] of sent) {
          const value = reply.getHeader(name)
          if (value === before) continue
          controller.enqueue(encoder.encode(`${JSON.stringify([name, String(value)])}\n`))
        }
      },
    }),
  )
}
