import { Id, Session, listSessions, revokeSession } from '@todo/core'
import * as z from 'zod'
import { authedProcedure, router } from '../trpc.ts'

const tags = ['sessions']

export const sessionsRouter = router({
  list: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/sessions',
        tags,
        protect: true,
        summary: 'List the active sessions',
        description: 'Returns the active sessions of the account, the most recently used first.',
      },
    })
    .output(z.object({ items: z.array(Session) }).meta({ id: 'SessionList' }))
    .query(({ ctx }) => listSessions(ctx)),

  revoke: authedProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/sessions/{id}',
        tags,
        protect: true,
        summary: 'Revoke a session',
        description: 'Ends a session. Its access tokens stop working within a second.',
      },
      errors: ['SESSION_NOT_FOUND'],
    })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .mutation(({ ctx, input }) => revokeSession(ctx, input)),
})
