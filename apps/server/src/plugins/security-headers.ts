import fp from 'fastify-plugin'
import helmet, { type HelmetOptions } from 'helmet'
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { PATHS } from '../http/paths.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** An onRequest hook for routes that serve pages: sets the headers of pages. */
    pageHeaders: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void
  }
}

// Responses of these paths contain tokens: REST, and RPC also in a batch.
const HAS_TOKENS = new RegExp(`^(${PATHS.rest}/auth/|${PATHS.rpc}/([^?]*,)?auth\\.)`)

const ALL = {
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
} satisfies HelmetOptions

/** Headers of pages. Swagger UI loads from our own origin only and sets inline styles. */
const PAGES = {
  ...ALL,
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
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
} satisfies HelmetOptions

/**
 * Headers of data: they keep a browser from rendering, framing or embedding it (OWASP REST Security Cheat Sheet). Helmet's
 * other headers only matter for pages.
 */
const DATA = {
  ...ALL,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} satisfies HelmetOptions

/** Sets the security headers of data on every response; a route that serves pages adds `pageHeaders`. */
export const securityHeaders = fp<{ production: boolean }>(
  async (app, { production }) => {
    const ofData = helmetHeaders({ ...DATA, hsts: production })
    const ofPages = helmetHeaders({ ...PAGES, hsts: production })
    app.decorate('pageHeaders', (_, reply, done) => {
      reply.headers(ofPages)
      done()
    })
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(ofData)
      // Responses to authenticated requests must not be stored in shared caches. Routes can override this.
      if (HAS_TOKENS.test(request.url)) reply.header('cache-control', 'no-store')
      else if (request.headers.authorization !== undefined) reply.header('cache-control', 'private, no-cache')
      done()
    })
  },
  { name: 'security-headers' },
)

/** The headers that Helmet sets. They are the same for each request, so they are computed once. */
function helmetHeaders(options: HelmetOptions): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const setHeaders = helmet(options)
  setHeaders(response.req, response, (error) => {
    if (error !== undefined) throw new Error('Helmet failed', { cause: error })
  })
  return { ...response.getHeaders() }
}
