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
        summary: 'Read the change log',
        description:
          'All writes to the account in order, deletions included. To keep a copy: call it without `since` for the current cursor, read everything, then ask for the changes since that cursor. If the cursor is older than the log (410), start again.',
      },
      errors: ['CURSOR_INVALID', 'CURSOR_EXPIRED', 'ACCOUNT_NOT_FOUND'],
    })
    .input(ListChanges)
    .output(ChangePage)
    .query(({ ctx, input }) => listChanges(ctx, input)),
})
