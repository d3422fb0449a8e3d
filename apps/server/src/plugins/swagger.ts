import fastifySwagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { OpenApiDocument } from 'fastify-trpc'
import fp from 'fastify-plugin'

/** The OpenAPI document on /api-doc/openapi.json, and Swagger UI on /swagger-ui. */
export const swagger = fp<{ document: OpenApiDocument; baseDir?: string | undefined }>(
  async (app, { document, baseDir }) => {
    const json = JSON.stringify(document)
    // The document is made of the router, not of Fastify's routes.
    await app.register(fastifySwagger, { mode: 'static', specification: { document: document as never } })
    app.get('/api-doc/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(json))
    await app.register(swaggerUi, {
      routePrefix: '/swagger-ui',
      ...(baseDir !== undefined && { baseDir }),
      uiConfig: {
        persistAuthorization: true,
        tryItOutEnabled: true,
        displayRequestDuration: true,
        docExpansion: 'list',
      },
    })
  },
  { name: 'swagger' },
)
