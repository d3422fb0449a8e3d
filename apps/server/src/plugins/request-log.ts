import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { endpointOf } from '../http/endpoint.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** For responses that bypass the hooks, see http/error-handlers.ts. */
    logRequest: (request: FastifyRequest, reply: FastifyReply) => void
  }
  interface FastifyRequest {
    /** The authenticated user; null before authentication. */
    userId: string | null
  }
}

/** Logs one line per request. Bodies, query strings and headers are never logged. */
export const requestLog = fp(
  async (app) => {
    // These lines contain nothing to redact, and redaction doubles their cost.
    const log = app.log.child({}, { redact: [] })
    const logRequest = (request: FastifyRequest, reply: FastifyReply): void => {
      const line = {
        request_id: request.id,
        // Undefined for malformed paths: Fastify does not decorate those requests.
        user_id: request.userId ?? null,
        method: request.method,
        endpoint: endpointOf(request),
        status_code: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
      }
      log[reply.statusCode >= 500 ? 'error' : 'info'](line, 'request')
    }
    app.decorateRequest('userId', null)
    app.decorate('logRequest', logRequest)
    app.addHook('onResponse', (request, reply, done) => {
      logRequest(request, reply)
      done()
    })
  },
  { name: 'request-log' },
)
