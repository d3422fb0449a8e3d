import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** A request that was answered. */
export type Answer = {
  /** When, in milliseconds since the epoch. */
  at: number
  requestId: string
  userId: string | null
  method: string
  endpoint: string
  status: number
  /** How long it took. */
  milliseconds: number
}

declare module 'fastify' {
  interface FastifyInstance {
    answers: {
      add: (request: FastifyRequest, reply: FastifyReply) => void
      /** Tells those that wait to be told. */
      tell: () => void
      listeners: ((answer: Answer) => void)[]
    }
  }
  interface FastifyRequest {
    /** Who is calling, once that is known. */
    userId: string | null
  }
}

/** What answers wait for to be told, whichever comes first. */
const BLOCK = 256
const BLOCK_MS = 200

/**
 * Tells listeners of the requests that were answered, in blocks: to log and to count one takes several times as long
 * among the rest of a request's work (docs/adr/0009-where-the-time-goes.md).
 */
export const accessLog = fp(
  async (app) => {
    const listeners: ((answer: Answer) => void)[] = []
    let block: Answer[] = []
    let timer: NodeJS.Timeout | undefined

    function tell(): void {
      clearTimeout(timer)
      timer = undefined
      const told = block
      block = []
      for (const listen of listeners) told.forEach(listen)
    }

    function add(request: FastifyRequest, reply: FastifyReply): void {
      block.push({
        at: Date.now(),
        requestId: request.id,
        // A path that is refused has met no decorator.
        userId: request.userId ?? null,
        method: request.method,
        endpoint: endpointOf(request.routeOptions),
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
      })
      if (block.length >= BLOCK) tell()
      else timer ??= setTimeout(tell, BLOCK_MS).unref()
    }

    app.decorateRequest('userId', null)
    app.decorate('answers', { add, tell, listeners })
    app.addHook('onResponse', (request, reply, done) => {
      add(request, reply)
      done()
    })
    // Before the logger writes what it has.
    process.prependListener('exit', tell)
    app.addHook('onClose', async () => {
      process.off('exit', tell)
      tell()
    })
  },
  { name: 'access-log' },
)

type RouteOptions = {
  url?: string | undefined
  config?: { trpc?: { path: string; door: string; openApiPath?: string } }
}

/** What a request is counted under: the OpenAPI path, the procedure, or the route; few in number whatever is asked. */
function endpointOf({ url, config }: RouteOptions): string {
  const trpc = config?.trpc
  if (trpc) return trpc.openApiPath ?? `/trpc/${trpc.path}`
  return url ?? 'unmatched'
}
