import { Counts, countTodos } from '@todo/core'
import { authedProcedure, router } from '../trpc.ts'

export const countsRouter = router({
  get: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/counts',
        tags: ['todos'],
        protect: true,
        summary: 'Count todos',
        description: 'Returns the number of todos per list and per smart view (today, upcoming, overdue).',
      },
      errors: ['ACCOUNT_NOT_FOUND'],
    })
    .output(Counts)
    .query(({ ctx }) => countTodos(ctx)),
})
