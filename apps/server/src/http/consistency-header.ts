import type { Consistency } from '@todo/api'
import type { Replication } from '@todo/db'
import type { FastifyReply, FastifyRequest } from 'fastify'

export const TOKEN_HEADER = 'consistency-token'

// For pages that do not use the SDK. It outlives the maximum lag of a replica in rotation.
const COOKIE = '__Host-consistency'
const COOKIE_SECONDS = 60

/** Reads the caller's consistency token, and returns the newest one in a header (for same-origin pages also a cookie). */
export function consistencyOf(
  request: FastifyRequest,
  reply: FastifyReply,
  replication: Replication,
): Consistency {
  const inBrowser = request.headers['sec-fetch-site'] === 'same-origin'
  const received = [request.headers[TOKEN_HEADER], request.cookies[COOKIE]].filter(
    (token) => typeof token === 'string',
  )
  let newest = ''
  return {
    replication,
    token: received.sort().at(-1),
    onToken(token) {
      if (token <= newest) return
      newest = token
      reply.header(TOKEN_HEADER, token)
      if (!inBrowser) return
      reply.setCookie(COOKIE, token, {
        httpOnly: true,
        secure: true,
        sameSite: 'strict',
        path: '/',
        maxAge: COOKIE_SECONDS,
      })
    },
  }
}
