import fastifyCors from '@fastify/cors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { TOKEN_HEADER } from '../http/consistency-header.ts'

type CorsOptions = { origins: string[]; production: boolean }

/** For example the development server of Vite. */
const LOCALHOST = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/

/** Lets pages of the configured origins call the API; outside production also pages on localhost. */
export const cors = fp<CorsOptions>(
  async (app, { origins, production }) => {
    const allowed = production ? origins : [...origins, LOCALHOST]
    if (allowed.length > 0) {
      await app.register(fastifyCors, {
        origin: allowed,
        credentials: true,
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowedHeaders: [
          'authorization',
          'content-type',
          TOKEN_HEADER,
          'if-match',
          'if-none-match',
          'x-request-id',
          'trpc-accept',
        ],
        exposedHeaders: [TOKEN_HEADER, 'etag', 'location', 'retry-after', 'x-request-id', 'www-authenticate'],
        maxAge: 600,
      })
    }
    app.addHook('onRequest', (request, reply, done) => {
      const { origin } = request.headers
      if (origin !== undefined && isRefused(origin, request, reply)) {
        request.log.info({ origin: origin.slice(0, 200) }, 'CORS: origin refused, add it to CORS_ORIGINS')
      }
      done()
    })
  },
  { name: 'cors' },
)

/** True for a page of another origin that gets no access. Browsers send `Origin` to their own origin, too. */
function isRefused(origin: string, request: FastifyRequest, reply: FastifyReply): boolean {
  if (reply.hasHeader('access-control-allow-origin')) return false
  return !URL.canParse(origin) || new URL(origin).host !== request.host
}
