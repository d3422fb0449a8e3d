import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    requestLog: FastifyBaseLogger
  }
  interface FastifyRequest {
    /** Who is calling, once that is known. */
    userId: string | null
  }
}

/** One line per request. Bodies, query strings and headers are never logged. */
export const requestLog = fp(
  async (app) => {
    app.decorateRequest('userId', null)
    // Its lines hold nothing to hide, and looking for it costs as much as the line.
    app.decorate('requestLog', app.log.child({}, { redact: [] }))
    app.addHook('onResponse', (request, reply, done) => {
      logRequest(request, reply)
      done()
    })
  },
  { name: 'request-log' },
)

/** The line of a request that is answered. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const level = reply.statusCode >= 500 ? 'error' : 'info'
  request.server.requestLog[level](
    {
      request_id: request.id,
      user_id: request.userId ?? null,
      method: request.method,
      endpoint: endpointOf(request.routeOptions),
      status_code: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 100) / 100,
    },
    'request',
  )
}

type RouteOptions = {
  url?: string | undefined
  config?: { trpc?: { path: string; door: string; openApiPath?: string } }
}

/** What a request is counted under: the OpenAPI path, the procedure, or the route; few in number whatever is asked. */
export function endpointOf({ url, config }: RouteOptions): string {
  const trpc = config?.trpc
  if (trpc) return trpc.openApiPath ?? `/trpc/${trpc.path}`
  return url ?? 'unmatched'
}
