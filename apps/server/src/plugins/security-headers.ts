import helmet from '@fastify/helmet'
import fp from 'fastify-plugin'

// REST and RPC, also in a batch.
const HAS_TOKENS = /^\/(api\/v1\/auth\/|trpc\/([^?]*,)?auth\.)/

/** Security headers; the content policy lets Swagger UI run from our own origin only. */
export const securityHeaders = fp<{ production: boolean }>(
  async (app, { production }) => {
    await app.register(helmet, {
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
    // What somebody may read with a token must not end in a shared cache.
    app.addHook('onSend', async (request, reply) => {
      if (request.headers.authorization !== undefined && !reply.hasHeader('cache-control')) {
        reply.header('cache-control', 'private, no-cache')
      }
      if (HAS_TOKENS.test(request.url)) reply.header('cache-control', 'no-store')
    })
  },
  { name: 'security-headers' },
)
