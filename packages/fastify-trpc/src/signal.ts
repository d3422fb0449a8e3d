import type { FastifyReply } from 'fastify'

/** Aborts when the client goes away before it has the answer. */
export function abortSignalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const { raw } = reply
  raw.once('close', () => {
    if (!raw.writableEnded) controller.abort()
  })
  return controller.signal
}
