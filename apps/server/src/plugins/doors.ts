import fastifyCookie from '@fastify/cookie'
import { type ApiContext, appRouter, toProblem } from '@todo/api'
import type { Context, Revocations } from '@todo/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { fastifyTrpc } from 'fastify-trpc'
import { API_PREFIX, MALFORMED_FIELDS } from '../openapi.ts'

export type DoorsOptions = { context: Context; revocations: Revocations }

const REFRESH_COOKIE = '__Host-refresh'

/** RPC on /trpc and REST on /api/v1. */
export const doors = fp<DoorsOptions>(
  async (app, { context, revocations }) => {
    await app.register(fastifyCookie)
    await app.register(fastifyTrpc<typeof appRouter>, {
      router: appRouter,
      createContext: ({ req, reply }) => createContext(req, reply, { context, revocations }),
      rpc: { prefix: '/trpc' },
      rest: { prefix: API_PREFIX, toProblem, malformedFields: MALFORMED_FIELDS },
      onError: ({ error, path, req }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR')
          req.log.error({ err: error, procedure: path }, 'procedure failed')
      },
    })
  },
  { name: 'doors' },
)

/** A request as the values that procedures see. */
function createContext(
  request: FastifyRequest,
  reply: FastifyReply,
  { context, revocations }: DoorsOptions,
): ApiContext {
  return {
    ...context,
    revocations,
    requestId: request.id,
    authorization: request.headers.authorization,
    userAgent: request.headers['user-agent'],
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
    onUser: (userId) => {
      request.userId = userId
    },
  }
}
