import type { FastifyInstance } from 'fastify'
import { sendBuiltIn } from '../shared/problem.ts'
import type { Operation } from '../shared/operations.ts'

export type RestOperation = Operation & { openapi: NonNullable<Operation['openapi']> }

/** '/books/{id}' as Fastify writes it; a colon of the path's own is doubled. */
export const fastifyPath = (path: string) => path.replaceAll(':', '::').replace(/\{(\w+)\}/g, ':$1')

/** RFC 9110 9.3.7 and 15.5.6: a known path tells what it allows by OPTIONS, and answers a wrong method with 405. */
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
    const allowed: string[] = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
    const allow = allowed.join(', ')
    const route = {
      url: fastifyPath(path),
      exposeHeadRoute: false,
      config: { trpc: { path: '*', door: 'rest', openApiPath: `${prefix}${path}` } },
    } as const
    app.route({
      ...route,
      method: 'OPTIONS',
      // After all hooks: in whichever of them CORS is, it answers its preflights first.
      handler: (_, reply) => reply.code(204).header('allow', allow).send(),
    })
    app.route({
      ...route,
      method: app.supportedMethods.filter((method) => !allowed.includes(method)),
      // Before the body is looked at: a wrong method is wrong whatever it carries.
      onRequest: (_, reply, done) => {
        sendBuiltIn(reply, 'METHOD_NOT_ALLOWED', { detail: `This path takes ${allow}.`, headers: { allow } })
        done()
      },
      handler: (_, reply) => reply,
    })
  }
}
