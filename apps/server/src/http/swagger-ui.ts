import fastifySwagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type FastifyInstance, fastify } from 'fastify'
import { NO_SCHEMAS } from './no-schemas.ts'

export type SwaggerUiOptions = {
  prefix: string
  /** The OpenAPI document, as JSON. */
  document: string
  /** Where Swagger UI's files lie; undefined: in its package. */
  baseDir: string | undefined
}

/** Swagger UI as an application of its own, to be injected into. */
export async function buildSwaggerUi({
  prefix,
  document,
  baseDir,
}: SwaggerUiOptions): Promise<FastifyInstance> {
  const app = fastify({ schemaController: NO_SCHEMAS })
  // The document is made of the router, not of Fastify's routes.
  await app.register(fastifySwagger, { mode: 'static', specification: { document: JSON.parse(document) } })
  await app.register(swaggerUi, {
    routePrefix: prefix,
    ...(baseDir !== undefined && { baseDir }),
    uiConfig: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
    },
  })
  return app
}
