import { type AnyTRPCRouter, TRPCError } from '@trpc/server'
import { incomingMessageToRequest } from '@trpc/server/adapters/node-http'
import { resolveResponse } from '@trpc/server/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TOO_DEEP, isDeep } from '../shared/deep-input.ts'
import { varyOf } from './send-outcomes.ts'
import { isDisconnected, onceClosed } from '../shared/client-abort.ts'
import type { FastifyTrpcOptions, RpcOptions } from '../types.ts'

export type Resolve = (request: FastifyRequest, reply: FastifyReply, path: string) => Promise<FastifyReply>

/** Sends the response of tRPC's own resolver. Ends open streams when the server closes, so that it need not wait. */
export function makeResolve(
  app: FastifyInstance,
  { router, createContext, onError }: FastifyTrpcOptions<AnyTRPCRouter>,
  { maxBatchSize = 100, allowMethodOverride = false, responseMeta }: RpcOptions,
): Resolve {
  const streams = new Set<FastifyReply>()
  let isClosing = false
  app.addHook('preClose', (done) => {
    isClosing = true
    for (const reply of streams) reply.raw.destroy()
    done()
  })

  return async (request, reply, path) => {
    const message = Object.assign(request.raw, { body: request.body })
    const received = incomingMessageToRequest(message, reply.raw, { maxBodySize: null })
    const response = await resolveResponse({
      router,
      path,
      // tRPC would not notice a client that has already disconnected.
      req: isDisconnected(reply) ? new Request(received, { signal: AbortSignal.abort() }) : received,
      error: null,
      createContext: async ({ info }) => createContext({ req: request, reply, info }),
      maxBatchSize,
      allowMethodOverride,
      ...(responseMeta && { responseMeta }),
      onError: (details) => onError?.({ ...details, req: request }),
    })
    if (response.status === 500 && isDeepBody(request.body)) {
      throw new TRPCError({ code: 'PARSE_ERROR', message: TOO_DEEP })
    }
    const vary = response.headers.get('vary')
    if (vary !== null) response.headers.set('vary', varyOf(reply, vary))
    if (!isStream(response)) return reply.send(response)
    if (isClosing || isDisconnected(reply)) {
      reply.hijack()
      reply.raw.destroy()
      await response.body?.cancel()
      return reply
    }
    streams.add(reply)
    onceClosed(reply, () => streams.delete(reply))
    // Otherwise @fastify/compress would hold the parts of a stream back until its end.
    request.raw.headers['x-no-compression'] = '1'
    return reply.send(response)
  }
}

function isDeepBody(body: unknown): boolean {
  try {
    return typeof body === 'string' && isDeep(JSON.parse(body))
  } catch {
    return false
  }
}

// A stream of JSON lines has the content type of plain JSON.
const isStream = ({ headers }: Response) =>
  headers.has('transfer-encoding') || headers.get('content-type')?.startsWith('text/event-stream') === true
