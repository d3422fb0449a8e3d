import type { AnyTRPCRouter } from '@trpc/server'
import type { FastifyInstance } from 'fastify'
import { registerRest } from './rest/register-rest.ts'
import { registerRpc } from './rpc/register-rpc.ts'
import type { FastifyTrpcOptions, RpcOptions } from './types.ts'

/** A Fastify plugin that serves a tRPC router as RPC, and procedures with `meta.openapi` as REST. */
export async function fastifyTrpc<TRouter extends AnyTRPCRouter>(
  app: FastifyInstance,
  { rpc = {}, rest = {}, ...options }: FastifyTrpcOptions<TRouter>,
): Promise<void> {
  if (rpc) {
    const { prefix = '/trpc' } = rpc
    await app.register(async (scope) => registerRpc(scope, options, rpc as RpcOptions), { prefix })
  }
  if (rest) {
    const { prefix = '/api' } = rest
    await app.register(async (scope) => registerRest(scope, options, rest), { prefix })
  }
}
