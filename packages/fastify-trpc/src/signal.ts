import type { FastifyReply, FastifyRequest } from 'fastify'

/** Aborts when the client goes away before it has the answer. */
export function abortSignalOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error(`the client of ${request.id} has gone`))
  })
  return controller.signal
}
