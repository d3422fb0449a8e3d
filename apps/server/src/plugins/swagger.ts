import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { PATHS } from '../http/paths.ts'
import type { SwaggerUiOptions } from '../http/swagger-ui.ts'

// Headers that belong to one connection.
const HOP_BY_HOP = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding'])

/** Serves the OpenAPI document and Swagger UI, which is loaded on first use. */
export const swagger = fp<Omit<SwaggerUiOptions, 'prefix'>>(
  async (app, { document, baseDir }) => {
    app.get(PATHS.openapi, (_, reply) => reply.type('application/json; charset=utf-8').send(document))

    let loaded: Promise<FastifyInstance> | undefined
    const load = async () => {
      const { buildSwaggerUi } = await import('../http/swagger-ui.ts')
      return buildSwaggerUi({ prefix: PATHS.docs, document, baseDir })
    }
    const pass = async ({ url, headers }: FastifyRequest, reply: FastifyReply) => {
      loaded ??= load()
      const ui = await loaded
      const answer = await ui.inject({ method: 'GET', url, headers })
      if (answer.statusCode === 404) return reply.callNotFound()
      for (const [name, value] of Object.entries(answer.headers))
        if (!HOP_BY_HOP.has(name)) reply.header(name, value)
      return reply.code(answer.statusCode).send(answer.rawPayload.length > 0 ? answer.rawPayload : undefined)
    }
    for (const path of [PATHS.docs, `${PATHS.docs}/*`]) app.get(path, { onRequest: app.pageHeaders }, pass)
  },
  { name: 'swagger', dependencies: ['security-headers'] },
)
