import fp from 'fastify-plugin'
import helmet from 'helmet'
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

// REST and RPC, also in a batch.
const HAS_TOKENS = /^\/(api\/v1\/auth\/|trpc\/([^?]*,)?auth\.)/

/** Security headers; the content policy lets Swagger UI run from our own origin only. */
export const securityHeaders = fp<{ production: boolean }>(
  async (app, { production }) => {
    const headers = helmetHeaders(production)
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(headers)
      // What somebody may read with a token must not end in a shared cache; who knows better sets it anew.
      if (HAS_TOKENS.test(request.url)) reply.header('cache-control', 'no-store')
      else if (request.headers.authorization !== undefined) reply.header('cache-control', 'private, no-cache')
      done()
    })
  },
  { name: 'security-headers' },
)

/** What Helmet sets: the same for each request, and not cheap to work out each time. */
function helmetHeaders(production: boolean): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const setHeaders = helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Swagger UI sets styles on its elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        upgradeInsecureRequests: null,
      },
    },
    hsts: production,
    referrerPolicy: { policy: 'no-referrer' },
  })
  setHeaders(response.req, response, (error) => {
    if (error !== undefined) throw error
  })
  return { ...response.getHeaders() }
}
