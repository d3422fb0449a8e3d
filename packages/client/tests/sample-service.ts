import { TRPCError, initTRPC } from '@trpc/server'
import { createHTTPServer } from '@trpc/server/adapters/standalone'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'

type Context = { authorization: string | undefined }
type Failure = {
  status?: TRPCError['code']
  html?: number
  destroy?: true
  retryAfter?: string
  delayMs?: number
}

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: {
      ...shape.data,
      reason: error.message,
      requestId: 'request 1',
      errors: [{ path: 'title', message: 'wrong' }],
    },
  }),
})

/** Starts a real tRPC service with some operations of the SDK. Tests control how it fails. */
export async function startSampleService() {
  const state = {
    /** The access token that is currently accepted. */
    valid: 'token 1',
    expiresIn: 900,
    refreshes: 0,
    refreshFails: undefined as Failure | undefined,
    /** How the next requests fail, in order. */
    failures: [] as Failure[],
    /** All requests so far. */
    requests: [] as { url: string; authorization: string | undefined; body: string }[],
    calls: [] as { path: string; input: unknown }[],
  }
  const authed = t.procedure.use(({ ctx, path, next, getRawInput }) => {
    if (ctx.authorization !== `Bearer ${state.valid}`)
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'TOKEN_EXPIRED' })
    return getRawInput().then((input) => {
      state.calls.push({ path, input })
      return next()
    })
  })
  const tokens = () => ({
    accessToken: state.valid,
    tokenType: 'Bearer',
    expiresIn: state.expiresIn,
    refreshToken: `refresh ${state.refreshes}`,
  })
  const any = z.unknown()
  const router = t.router({
    auth: t.router({
      logIn: t.procedure.input(any).mutation(tokens),
      logOut: authed.mutation(() => undefined),
      refresh: t.procedure.input(any).mutation(() => {
        state.refreshes += 1
        if (state.refreshFails?.status)
          throw new TRPCError({ code: state.refreshFails.status, message: 'REFRESH_TOKEN_INVALID' })
        state.valid = `token ${state.refreshes + 1}`
        return tokens()
      }),
    }),
    me: t.router({ get: authed.query(() => ({ displayName: 'Ada' })) }),
    todos: t.router({
      get: authed.input(any).query(({ input }) => input),
      list: authed
        .input(z.object({ cursor: z.string().optional() }).loose())
        .query(({ input: { cursor = '0' } }) => {
          const page = Number(cursor)
          return {
            items: [{ title: `${page}a` }, { title: `${page}b` }],
            nextCursor: page < 2 ? String(page + 1) : null,
          }
        }),
      create: authed.input(any).mutation(({ input }) => input),
      complete: authed.input(any).mutation(({ input }) => input),
      delete: authed.input(any).mutation(() => undefined),
    }),
  })

  const server = createHTTPServer({
    router,
    basePath: '/trpc/',
    createContext: ({ req }) => ({ authorization: req.headers.authorization }),
    middleware(req, res, next) {
      const request = { url: req.url ?? '', authorization: req.headers.authorization, body: '' }
      state.requests.push(request)
      const failure =
        req.url?.includes('auth.refresh') && state.refreshFails?.destroy
          ? state.refreshFails
          : state.failures.shift()
      if (failure === undefined) {
        next()
        return
      }
      if (failure.destroy) {
        req.socket.destroy()
        return
      }
      if (failure.delayMs !== undefined) {
        setTimeout(next, failure.delayMs)
        return
      }
      if (failure.retryAfter !== undefined) res.setHeader('retry-after', failure.retryAfter)
      res.statusCode = failure.html ?? 503
      res.setHeader('content-type', 'text/html')
      res.end('<h1>a proxy</h1>')
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
