import fastifyCookie from '@fastify/cookie'
import { type ApiContext, appRouter, toProblem } from '@todo/api'
import type { Context, Revocations } from '@todo/core'
import type { Replication } from '@todo/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { fastifyTrpc } from 'fastify-trpc'
import { consistencyOf } from '../http/consistency-header.ts'
import { REFRESH_COOKIE } from '../http/refresh-cookie.ts'
import { PATHS } from '../http/paths.ts'
import { REST_OPTIONS } from '../http/rest-options.ts'

export type ApiOptions = {
  context: Context
  revocations: Revocations
  replication: Replication | undefined
}

/** Serves the router as RPC under /trpc and as REST under /api/v1. */
export const api = fp<ApiOptions>(
  async (app, options) => {
    await app.register(fastifyCookie)
    await app.register(fastifyTrpc<typeof appRouter>, {
      router: appRouter,
      createContext: ({ req, reply }) => createContext(req, reply, options),
      rpc: { prefix: PATHS.rpc },
      rest: { prefix: PATHS.rest, toProblem, ...REST_OPTIONS },
      onError: ({ error, path, req }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR')
          req.log.error({ err: error, procedure: path }, 'procedure failed')
      },
    })
  },
  { name: 'api' },
)

/** Makes the context of procedures from a request. */
function createContext(
  request: FastifyRequest,
  reply: FastifyReply,
  { context, revocations, replication }: ApiOptions,
): ApiContext {
  return {
    ...context,
    revocations,
    requestId: request.id,
    authorization: request.headers.authorization,
    userAgent: request.headers['user-agent'],
    consistency: replication && consistencyOf(request, reply, replication),
    refreshCookie: {
      value: request.cookies[REFRESH_COOKIE],
      set: (token, maxAge) => {
        reply.setCookie(REFRESH_COOKIE, token ?? '', {
          httpOnly: true,
          secure: true,
          sameSite: 'strict',
          path: '/',
          maxAge,
        })
      },
    },
    onActor: (actor) => {
      request.userId = actor.kind === 'user' ? actor.id : null
    },
  }
}
