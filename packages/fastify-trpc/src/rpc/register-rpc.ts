import type { AnyTRPCRouter } from '@trpc/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { configOf } from '../trpc-internals/router.ts'
import { operationsOf } from '../shared/operations.ts'
import { plainSender } from './send-outcomes.ts'
import { plainRunner } from './run-calls.ts'
import { type HookError, requestErrorOf } from './errors.ts'
import { plainReader } from './plain-request.ts'
import { makeResolve } from './resolve.ts'
import type { FastifyTrpcOptions, RpcOptions } from '../types.ts'

/**
 * Registers a Fastify route for each query (GET) and mutation (POST), and a wildcard route for the rest. Single calls and
 * batches run here; streams, subscriptions and unusual requests go to tRPC's own resolver. The wire format is tRPC's.
 */
export function registerRpc(
  app: FastifyInstance,
  options: FastifyTrpcOptions<AnyTRPCRouter>,
  rpc: RpcOptions,
): void {
  const { router } = options
  const resolve = makeResolve(app, options, rpc)
  const read = plainReader(router, rpc)
  const run = plainRunner(options)
  const { sendOutcomes, sendError } = plainSender(options, rpc)
  // tRPC parses the text itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => done(null, body))
  app.setErrorHandler<HookError>((error, request, reply) => {
    // Errors from http-errors with `expose` are meant for the client.
    if (error.expose && error.headers) reply.headers(error.headers)
    return sendError(request, reply, requestErrorOf(error, reply))
  })

  async function handle(request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> {
    const plain = read(request, path)
    return plain
      ? sendOutcomes(request, reply, await run(request, reply, plain))
      : resolve(request, reply, path)
  }

  const { pathSeparator } = configOf(router)
  for (const { path, type } of operationsOf(router)) {
    if (type === 'subscription') continue
    const urlPath = path.replaceAll('.', pathSeparator)
    // Fastify would read these characters as a pattern and cannot escape them: the wildcard route takes such names.
    if (/[*?]/.test(urlPath)) continue
    app.route({
      method: type === 'query' ? 'GET' : 'POST',
      url: `/${urlPath.replaceAll(':', '::')}`,
      // tRPC answers HEAD without calling the procedure: the wildcard route does that.
      exposeHeadRoute: false,
      config: { trpc: { path, type, transport: 'rpc' } },
      handler: (request, reply) => handle(request, reply, urlPath),
    })
  }
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/*',
    exposeHeadRoute: false,
    config: { trpc: { path: '*', transport: 'rpc' } },
    handler: (request, reply) => {
      const { '*': path } = request.params as { '*': string }
      return handle(request, reply, path)
    },
  })
}
