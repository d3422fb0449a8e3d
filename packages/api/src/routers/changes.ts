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
          'Returns the changes to the account since a cursor, in order, including deletions. To keep a copy of the data, first call this without `since` to get the current cursor. Then read everything, and from then on request the changes since that cursor. If the cursor has expired (410), start over.',
      },
      errors: ['CURSOR_INVALID', 'CURSOR_EXPIRED', 'ACCOUNT_NOT_FOUND'],
    })
    .input(ListChanges)
    .output(ChangePage)
    .query(({ ctx, input }) => listChanges(ctx, input)),
})
