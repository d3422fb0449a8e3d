import type { FastifyReply } from 'fastify'
import type { Socket } from 'node:net'

/** A signal that aborts when the client disconnects before the response is complete, at once if it already has. */
export function abortSignalOf(reply: FastifyReply): AbortSignal {
  if (isDisconnected(reply)) return AbortSignal.abort()
  const controller = new AbortController()
  onceClosed(reply, () => {
    if (!reply.raw.writableEnded) controller.abort()
  })
  return controller.signal
}

/** Calls back once, when the response is complete or the client has disconnected. */
export function onceClosed({ raw, request }: FastifyReply, callback: () => void): void {
  raw.once('close', callback)
  // While a pipelined response waits for an earlier one, it has no socket, and Node 22 only emits on the request.
  if (raw.socket === null) request.raw.once('aborted', callback)
}

/** True if the client has already disconnected, so that no more events will follow. */
export function isDisconnected({ request }: FastifyReply): boolean {
  // Closed HTTP/2 streams have no socket.
  const { socket } = request.raw as { socket: Socket | null }
  return socket === null || socket.destroyed
}
