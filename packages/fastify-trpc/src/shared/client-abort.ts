import type { FastifyReply } from 'fastify'
import type { Socket } from 'node:net'

/** Aborts when the client goes away before it has the answer: at once, if it has gone already. */
export function abortSignalOf(reply: FastifyReply): AbortSignal {
  if (hasLeft(reply)) return AbortSignal.abort()
  const controller = new AbortController()
  onceOver(reply, () => {
    if (!reply.raw.writableEnded) controller.abort()
  })
  return controller.signal
}

/** Once the client has the answer, or has gone away without it. */
export function onceOver({ raw, request }: FastifyReply, callback: () => void): void {
  raw.once('close', callback)
  // Of an answer that waits behind another of its connection, Node 22 tells the request only.
  if (raw.socket === null) request.raw.once('aborted', callback)
}

/** The client has gone away, of which no event will tell any more. */
export function hasLeft({ request }: FastifyReply): boolean {
  // Closed streams of HTTP/2 have none.
  const { socket } = request.raw as { socket: Socket | null }
  return socket === null || socket.destroyed
}
