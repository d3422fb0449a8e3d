import { type AnyTRPCRouter, TRPCError } from '@trpc/server'
import { incomingMessageToRequest } from '@trpc/server/adapters/node-http'
import { resolveResponse } from '@trpc/server/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TOO_DEEP, isDeep } from '../shared/deep-input.ts'
import { varyOf } from './send-outcomes.ts'
import { withLateHeaders } from './late-headers.ts'
import { hasLeft, onceOver } from '../shared/client-abort.ts'
import type { FastifyTrpcOptions, RpcOptions } from '../types.ts'

export type Resolve = (request: FastifyRequest, reply: FastifyReply, path: string) => Promise<FastifyReply>

/** Answers by tRPC's own resolver, and ends open streams when the server closes: it would wait for them. */
export function makeResolve(
  app: FastifyInstance,
  { router, createContext, onError }: FastifyTrpcOptions<AnyTRPCRouter>,
  { maxBatchSize = 100, allowMethodOverride = false, responseMeta, lateHeaders }: RpcOptions,
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
      // By itself, it would not hear of a client that has gone already.
      req: hasLeft(reply) ? new Request(received, { signal: AbortSignal.abort() }) : received,
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
    if (isClosing || hasLeft(reply)) {
      reply.hijack()
      reply.raw.destroy()
      await response.body?.cancel()
      return reply
    }
    streams.add(reply)
    onceOver(reply, () => streams.delete(reply))
    // @fastify/compress would hold the parts of a stream back until its end; this is how it is told not to.
    request.raw.headers['x-no-compression'] = '1'
    const { body } = response
    if (!body || !lateHeaders || !isJsonLines(response)) return reply.send(response)
    return reply.send(new Response(withLateHeaders(body, reply, lateHeaders), response))
  }
}

function isDeepBody(body: unknown): boolean {
  try {
    return typeof body === 'string' && isDeep(JSON.parse(body))
  } catch {
    return false
  }
}

const isJsonLines = ({ headers }: Response) =>
  headers.get('content-type')?.startsWith('application/json') === true

// A stream of JSON lines has the type of plain JSON.
const isStream = ({ headers }: Response) =>
  headers.has('transfer-encoding') || headers.get('content-type')?.startsWith('text/event-stream') === true
