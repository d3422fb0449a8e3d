import type { AnyTRPCRouter } from '@trpc/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { operationsOf } from '../shared/operations.ts'
import { plainAnswerer } from './send-outcomes.ts'
import { plainRunner } from './run-calls.ts'
import { type HookError, refusalOf } from './errors.ts'
import { plainReader } from './plain-request.ts'
import { makeResolve } from './resolve.ts'
import { withReadableOutputs } from './transformer.ts'
import type { FastifyTrpcOptions, RpcOptions } from '../types.ts'

/**
 * One Fastify route per query (GET) and mutation (POST), and one for the rest. Single calls and batches are run here;
 * streams, subscriptions and whatever is out of the ordinary go through tRPC's own resolver. Either way the wire format
 * is tRPC's to the letter.
 */
export function registerRpc(
  app: FastifyInstance,
  { router: given, ...others }: FastifyTrpcOptions<AnyTRPCRouter>,
  rpc: RpcOptions,
): void {
  const router = withReadableOutputs(given)
  const options = { ...others, router }
  const resolve = makeResolve(app, options, rpc)
  const read = plainReader(router, rpc)
  const run = plainRunner(options)
  const { answer, sendError } = plainAnswerer(options, rpc)
  // tRPC reads the text itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => done(null, body))
  app.setErrorHandler<HookError>((error, request, reply) => {
    // Of errors by http-errors that the client may see.
    if (error.expose && error.headers) reply.headers(error.headers)
    return sendError(request, reply, refusalOf(error, reply))
  })

  async function handle(request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> {
    const plain = read(request, path)
    return plain ? answer(request, reply, await run(request, reply, plain)) : resolve(request, reply, path)
  }

  const { pathSeparator } = router._def._config
  for (const { path, type } of operationsOf(router)) {
    if (type === 'subscription') continue
    const urlPath = path.replaceAll('.', pathSeparator)
    // What Fastify would read a pattern from, and cannot be escaped, is left to the wildcard.
    if (/[*?]/.test(urlPath)) continue
    app.route({
      method: type === 'query' ? 'GET' : 'POST',
      url: `/${urlPath.replaceAll(':', '::')}`,
      // tRPC answers HEAD without a call: by the wildcard route.
      exposeHeadRoute: false,
      config: { trpc: { path, type, door: 'rpc' } },
      handler: (request, reply) => handle(request, reply, urlPath),
    })
  }
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/*',
    exposeHeadRoute: false,
    config: { trpc: { path: '*', door: 'rpc' } },
    handler: (request, reply) => {
      const { '*': path } = request.params as { '*': string }
      return handle(request, reply, path)
    },
  })
}
