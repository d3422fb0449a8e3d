import { ERRORS, type Reason } from '@todo/core'
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
} from 'fastify'
import { sendFastifyError } from 'fastify-trpc'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

/** Handles malformed and overlong paths. They reach no route, so Fastify runs no hooks for them. */
function sendPathError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id)
  reply.header('x-content-type-options', 'nosniff')
  reply.raw.once('finish', () => request.server.sentResponses.record(request, reply))
  void sendFastifyError(reply, error, { errors: ERRORS })
}

/** Handles input that Node's HTTP parser rejects; there is no request object yet. */
function sendParserError(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const reason = REASONS[error.code ?? ''] ?? 'MALFORMED'
  const { status, message: detail } = ERRORS[reason]
  const requestId = randomUUID()
  const title = STATUS_CODES[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code: reason, requestId })
  this.log.info({ request_id: requestId, code: error.code, status_code: status }, 'malformed HTTP request')
  if (socket.writable) {
    const head = [
      `HTTP/1.1 ${status} ${title}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'x-content-type-options: nosniff',
      'connection: close',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
  socket.destroySoon()
}

/** By the code of Node's error. */
const REASONS: Record<string, Reason> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'REQUEST_HEADER_FIELDS_TOO_LARGE',
}

/** Fastify options that send problem documents where its hooks and error handlers do not run. */
export const errorHandlers = {
  frameworkErrors: sendPathError,
  clientErrorHandler: sendParserError,
} satisfies FastifyServerOptions
