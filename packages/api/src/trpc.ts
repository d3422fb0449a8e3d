import type { Reader, Reason } from '@todo/core'
import { getTRPCErrorFromUnknown, initTRPC } from '@trpc/server'
import type { ProcedureMeta } from 'fastify-trpc'
import type { ApiContext } from './context.ts'
import { errorData, messageOf, toTrpcError } from './errors.ts'
import { authenticate } from './middleware/authenticate.ts'
import { readYourWrites } from './middleware/read-your-writes.ts'

/** `errors` lists the reasons that the procedure throws, except those that follow from its input and headers. */
export type ApiMeta = ProcedureMeta & { errors?: readonly Reason[] }

const t = initTRPC
  .context<ApiContext>()
  .meta<ApiMeta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const data = {
        ...shape.data,
        ...errorData(error),
        ...(ctx && { requestId: ctx.requestId }),
      }
      return { ...shape, message: messageOf(error), data }
    },
  })

export const { router } = t

/** For every caller, authenticated or not. */
export const publicProcedure = t.procedure.use(async ({ ctx, type, meta, next }) => {
  // The cast to `object` keeps the type of the context, which already has both.
  const call = ({ db, run }: Reader) => next({ ctx: { db, run } as object })
  try {
    const result = await (ctx.consistency ? readYourWrites(ctx.consistency, type, call) : next())
    return result.ok ? result : { ...result, error: toTrpcError(result.error, meta) }
  } catch (error) {
    throw toTrpcError(getTRPCErrorFromUnknown(error), meta)
  }
})

/** For authenticated callers: sets `ctx.actor`, `ctx.ownerId` and `ctx.groupId`. */
export const authedProcedure = publicProcedure.use(async ({ ctx, next }) =>
  next({ ctx: await authenticate(ctx) }),
)
