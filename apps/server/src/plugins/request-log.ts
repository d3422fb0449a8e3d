import fp from 'fastify-plugin'

/** Logs one line per request. Bodies, query strings and headers are never logged. */
export const requestLog = fp(
  async (app) => {
    // These lines contain nothing to redact, and redaction doubles their cost.
    const log = app.log.child({}, { redact: [] })
    app.sentResponses.onFlush(({ requestId, userId, method, endpoint, status, milliseconds }) => {
      const line = {
        request_id: requestId,
        user_id: userId,
        method,
        endpoint,
        status_code: status,
        duration_ms: Math.round(milliseconds * 100) / 100,
      }
      log[status >= 500 ? 'error' : 'info'](line, 'request')
    })
  },
  { name: 'request-log', dependencies: ['sent-responses'] },
)
