import fastifyCors from '@fastify/cors'
import fp from 'fastify-plugin'
import { TOKEN_HEADER } from '../http/consistency-header.ts'

/** CORS for the configured origins; without any, browsers of other origins get no access. */
export const cors = fp<{ origins: string[] }>(
  async (app, { origins }) => {
    if (origins.length === 0) return
    await app.register(fastifyCors, {
      origin: origins,
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
  },
  { name: 'cors' },
)
