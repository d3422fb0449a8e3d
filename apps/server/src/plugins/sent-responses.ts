import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { endpointOf } from '../http/endpoint.ts'

/** The details of a response that are logged and counted. */
export type SentResponse = {
  requestId: string
  userId: string | null
  method: string
  endpoint: string
  status: number
  milliseconds: number
}

type Listener = (response: SentResponse) => void

declare module 'fastify' {
  interface FastifyInstance {
    sentResponses: {
      /** For responses that bypass the hooks, see http/error-handlers.ts. */
      record: (request: FastifyRequest, reply: FastifyReply) => void
      /** Listeners receive each response about 50 ms after it was sent. */
      onFlush: (listener: Listener) => void
      /** Hands over the pending responses. */
      flush: () => void
    }
  }
  interface FastifyRequest {
    /** The authenticated user; null before authentication. */
    userId: string | null
  }
}

const FLUSH_MS = 50
const MAX_PENDING = 256

/**
 * Hands responses to the log and the metrics several at a time. One by one, between other work, these two take a sixth of
 * the CPU of a small write (docs/adr/0009-where-the-time-goes.md).
 */
export const sentResponses = fp(
  async (app) => {
    const listeners: Listener[] = []
    let pending: SentResponse[] = []
    let timer: NodeJS.Timeout | undefined
    let isClosed = false

    function flush(): void {
      clearTimeout(timer)
      timer = undefined
      const sent = pending
      pending = []
      for (const listener of listeners) {
        try {
          sent.forEach(listener)
        } catch (error) {
          app.log.error({ err: error }, 'cannot log or count responses')
        }
      }
    }

    function record(request: FastifyRequest, reply: FastifyReply): void {
      pending.push({
        requestId: request.id,
        // Undefined for malformed paths: Fastify does not decorate those requests.
        userId: request.userId ?? null,
        method: request.method,
        endpoint: endpointOf(request),
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
      })
      if (isClosed || pending.length >= MAX_PENDING) flush()
      else timer ??= setTimeout(flush, FLUSH_MS)
    }

    app.decorateRequest('userId', null)
    app.decorate('sentResponses', { record, onFlush: (listener) => listeners.push(listener), flush })
    app.addHook('onResponse', (request, reply, done) => {
      record(request, reply)
      done()
    })
    // Before the logger writes what it holds.
    process.prependListener('exit', flush)
    app.addHook('onClose', async () => {
      isClosed = true
      process.off('exit', flush)
      flush()
    })
  },
  { name: 'sent-responses' },
)
