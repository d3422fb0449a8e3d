import fp from 'fastify-plugin'
import { loggedAt } from '../logger.ts'

/** One line per request. Bodies, query strings and headers are never logged. */
export const requestLog = fp(
  async (app) => {
    // Its lines hold nothing to hide, and looking for it costs as much as the line.
    const log = app.log.child({}, { redact: [] })
    app.answers.listeners.push(({ at, requestId, userId, method, endpoint, status, milliseconds }) => {
      const line = {
        request_id: requestId,
        user_id: userId,
        method,
        endpoint,
        status_code: status,
        duration_ms: Math.round(milliseconds * 100) / 100,
      }
      loggedAt(at, () => log[status >= 500 ? 'error' : 'info'](line, 'request'))
    })
  },
  { name: 'request-log', dependencies: ['access-log'] },
)
