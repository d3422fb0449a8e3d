import type { FastifyInstance } from 'fastify'
import type { ErrorCatalogue } from '../shared/built-in-errors.ts'
import { sendBuiltIn } from '../shared/problem.ts'
import type { Operation } from '../shared/operations.ts'

export type RestOperation = Operation & { openapi: NonNullable<Operation['openapi']> }

/** Converts '/books/{id}' to Fastify's '/books/:id'. Colons in the path are doubled to escape them. */
export const fastifyPath = (path: string) => path.replaceAll(':', '::').replace(/\{(\w+)\}/g, ':$1')

/** Adds OPTIONS with `Allow`, and a 405 for other methods, to each path (RFC 9110 9.3.7 and 15.5.6). */
export function registerOtherMethods(
  app: FastifyInstance,
  operations: RestOperation[],
  { prefix, errors }: { prefix: string; errors: ErrorCatalogue | undefined },
): void {
  // Paths that differ only in the names of parameters are the same route.
  const bySample = Map.groupBy(operations, ({ openapi }) => openapi.path.replace(/\{\w+\}/g, '{}'))
  for (const same of bySample.values()) {
    const path = same[0]?.openapi.path ?? '/'
    const methods = same.map(({ openapi }) => openapi.method)
    const allowed: string[] = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
    const allow = allowed.join(', ')
    const route = {
      url: fastifyPath(path),
      exposeHeadRoute: false,
      config: { trpc: { path: '*', transport: 'rest', openApiPath: `${prefix}${path}` } },
    } as const
    app.route({
      ...route,
      method: 'OPTIONS',
      // In the handler, so that a CORS plugin can answer preflights first, in any hook.
      handler: (_, reply) => reply.code(204).header('allow', allow).send(),
    })
    app.route({
      ...route,
      method: app.supportedMethods.filter((method) => !allowed.includes(method)),
      // Before the body is parsed: its errors do not matter for a wrong method.
      onRequest: (_, reply, done) => {
        sendBuiltIn(reply, 'METHOD_NOT_ALLOWED', { errors, headers: { allow } })
        done()
      },
      handler: (_, reply) => reply,
    })
  }
}
