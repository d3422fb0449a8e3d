import { ChangePage, ListChanges, listChanges } from '@todo/core'
import { authedProcedure, router } from '../trpc.ts'

export const changesRouter = router({
  list: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/changes',
        tags: ['changes'],
        protect: true,
        summary: 'Follow what happened',
        description:
          'Every write to the account, in order, tombstones included. Call it without `since` for the cursor of now, read everything, then go on from there. When the cursor is older than the log (410), begin afresh.',
      },
      errors: ['CURSOR_INVALID', 'CURSOR_EXPIRED', 'ACCOUNT_NOT_FOUND'],
    })
    .input(ListChanges)
    .output(ChangePage)
    .query(({ ctx, input }) => listChanges(ctx, input)),
})
