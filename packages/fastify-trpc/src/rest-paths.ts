import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem.ts'
import type { Operation } from './procedures.ts'

export type RestOperation = Operation & { openapi: NonNullable<Operation['openapi']> }

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** '/lists/{id}' as Fastify writes it; a colon of the path's own is doubled. */
export const fastifyPath = (path: string) => path.replaceAll(':', '::').replace(/\{(\w+)\}/g, ':$1')

/** RFC 9110 15.5.6: a known path answers a wrong method with 405 and what it allows. */
export function registerOtherMethods(
  app: FastifyInstance,
  operations: RestOperation[],
  prefix: string,
): void {
  // Names of parameters make no difference to what a path matches.
  const bySample = Map.groupBy(operations, ({ openapi }) => openapi.path.replace(/\{\w+\}/g, '{}'))
  for (const same of bySample.values()) {
    const path = same[0]?.openapi.path ?? '/'
    const methods = same.map(({ openapi }) => openapi.method)
    const allowed = [...methods, ...(methods.includes('GET') ? (['HEAD'] as const) : [])]
    const allow = allowed.join(', ')
    const otherMethods = METHODS.filter((method) => !allowed.includes(method))
    app.route({
      method: otherMethods,
      url: fastifyPath(path),
      exposeHeadRoute: false,
      config: { trpc: { path: '*', door: 'rest', openApiPath: `${prefix}${path}` } },
      // Before the body is looked at: a wrong method is wrong whatever it carries.
      onRequest: (_, reply, done) => {
        sendProblem(reply, {
          status: 405,
          code: 'METHOD_NOT_ALLOWED',
          detail: `This path takes ${allow}.`,
          headers: { allow },
        })
        done()
      },
      handler: (_, reply) => reply,
    })
  }
}
