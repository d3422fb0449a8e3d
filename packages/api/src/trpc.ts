import { DomainError, type Reader, type Reason, type UserContext } from '@todo/core'
import { getTRPCErrorFromUnknown, initTRPC } from '@trpc/server'
import type { RestMeta } from 'fastify-trpc'
import type { OpenApiMeta } from 'trpc-openapi'
import { consistently } from './consistency.ts'
import type { ApiContext } from './context.ts'
import { errorData, messageOf, rpcStatus, toTrpcError } from './errors.ts'

/** `errors`: what the procedure throws beside what follows from its shape. */
export type ApiMeta = OpenApiMeta & { rest?: RestMeta; errors?: readonly Reason[] }

const t = initTRPC
  .context<ApiContext>()
  .meta<ApiMeta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const data = {
        ...shape.data,
        httpStatus: rpcStatus(error) ?? shape.data.httpStatus,
        ...errorData(error),
        ...(ctx && { requestId: ctx.requestId }),
      }
      return { ...shape, message: messageOf(error), data }
    },
  })

export const { router } = t

/** For everybody. */
export const publicProcedure = t.procedure.use(async ({ ctx, type, next }) => {
  // As an object of any kind: the context keeps its type, which has both already.
  const call = ({ db, run }: Reader) => next({ ctx: { db, run } as object })
  try {
    const result = await (ctx.consistency ? consistently(ctx.consistency, type, call) : next())
    return result.ok ? result : { ...result, error: toTrpcError(result.error) }
  } catch (error) {
    throw toTrpcError(getTRPCErrorFromUnknown(error))
  }
})

/** For who is logged in: `ctx.user` is set. */
export const authedProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const user = await authenticate(ctx)
  ctx.onUser(user.id)
  return next({ ctx: { user } })
})

const BEARER = /^Bearer +/i

async function authenticate({
  authorization = '',
  keyRing,
  revocations,
}: ApiContext): Promise<UserContext['user']> {
  const [scheme = ''] = BEARER.exec(authorization) ?? []
  const token = authorization.slice(scheme.length)
  if (scheme === '' || token === '') throw new DomainError('TOKEN_MISSING')
  const user = keyRing.verify(token)
  if (await revocations.has(user.sessionId)) throw new DomainError('SESSION_ENDED')
  return user
}
