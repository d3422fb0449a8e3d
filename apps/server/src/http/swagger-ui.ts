import fastifySwagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type FastifyInstance, fastify } from 'fastify'
import { NO_SCHEMAS } from './no-schemas.ts'

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f80ed"/>
<path d="M9 17l5 5 10-12" fill="none" stroke="#fff" stroke-width="4"/></svg>`

export type SwaggerUiOptions = {
  prefix: string
  /** The OpenAPI document, as JSON. */
  document: string
  /** The folder of Swagger UI's static files; undefined: its package's own. */
  baseDir: string | undefined
}

/** Swagger UI as a Fastify application of its own; plugins/swagger.ts injects requests into it. */
export async function buildSwaggerUi({
  prefix,
  document,
  baseDir,
}: SwaggerUiOptions): Promise<FastifyInstance> {
  const app = fastify({ schemaController: NO_SCHEMAS })
  // The document describes the router, not Fastify's routes.
  await app.register(fastifySwagger, { mode: 'static', specification: { document: JSON.parse(document) } })
  await app.register(swaggerUi, {
    routePrefix: prefix,
    ...(baseDir !== undefined && { baseDir }),
    theme: {
      title: 'Todo API',
      favicon: [{ filename: 'icon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: ICON }],
    },
    uiConfig: {
      // Without the bar at the top, which shows a logo.
      layout: 'BaseLayout',
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
    },
  })
  return app
}
