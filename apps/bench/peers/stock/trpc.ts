// https://trpc.io/docs/server/authorization, with https://github.com/fastify/fastify-jwt#requestjwtverifyoptions-next for
// the token: the context has the user, if any, and a middleware requires one.
import { initTRPC, TRPCError } from '@trpc/server'
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify'
import type { OpenApiMeta } from 'trpc-to-openapi'

type Claims = { sub: string; sid: string }

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Claims
    user: Claims
  }
}

export async function createContext({ req, res }: CreateFastifyContextOptions) {
  const user = req.headers.authorization ? await req.jwtVerify<Claims>().catch(() => null) : null
  return { user, sign: (claims: Claims) => res.jwtSign(claims) }
}

const t = initTRPC.context<typeof createContext>().meta<OpenApiMeta>().create()

export const { router } = t
export const publicProcedure = t.procedure

export const protectedProcedure = t.procedure.use(({ ctx: { user }, next }) => {
  if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' })
  return next({ ctx: { ownerId: user.sub } })
})
