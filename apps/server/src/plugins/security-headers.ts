import fp from 'fastify-plugin'
import helmet, { type HelmetOptions } from 'helmet'
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

declare module 'fastify' {
  interface FastifyInstance {
    /** For routes whose answers a browser shows: a hook that sets the headers of pages. */
    pageHeaders: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void
  }
}

// REST and RPC, also in a batch.
const HAS_TOKENS = /^\/(api\/v1\/auth\/|trpc\/([^?]*,)?auth\.)/

const ALL = {
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
} satisfies HelmetOptions

/** Swagger UI runs from our own origin only, and sets styles on its elements. */
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
 * Data, which no browser shows: what keeps it from being taken for a page, framed or embedded (OWASP's cheat sheet on REST
 * security). The rest is for pages, and each answer carries what it is given.
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

/** Security headers: those of data on every answer, and those of pages where a route asks for them. */
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
      // What somebody may read with a token must not end in a shared cache; who knows better sets it anew.
      if (HAS_TOKENS.test(request.url)) reply.header('cache-control', 'no-store')
      else if (request.headers.authorization !== undefined) reply.header('cache-control', 'private, no-cache')
      done()
    })
  },
  { name: 'security-headers' },
)

/** What Helmet sets: the same for each request, and not cheap to work out each time. */
function helmetHeaders(options: HelmetOptions): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const setHeaders = helmet(options)
  setHeaders(response.req, response, (error) => {
    if (error !== undefined) throw new Error('Helmet failed', { cause: error })
  })
  return { ...response.getHeaders() }
}
