import { countTodosByList } from '@todo/db/statements'
import type { OwnerContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import { dayBounds } from './day-bounds.ts'
import type { Counts } from './schemas.ts'

/** Counts todos per list and per smart view, with days in the account's time zone. */
export async function countTodos(ctx: OwnerContext): Promise<Counts> {
  const account = await ctx.db.account.findUnique({
    where: { ownerId: ctx.ownerId },
    select: { timeZone: true },
  })
  if (!account) throw new DomainError('ACCOUNT_NOT_FOUND')
  const now = ctx.now()
  const rows = await ctx.run(
    countTodosByList({ ownerId: ctx.ownerId, now, ...dayBounds(now, account.timeZone) }),
  )
  const sum = (view: 'today' | 'upcoming' | 'overdue') => rows.reduce((total, row) => total + row[view], 0)
  return {
    lists: rows.map(({ listId, open, completed }) => ({
      listId,
      open,
      completed,
    })),
    today: sum('today'),
    upcoming: sum('upcoming'),
    overdue: sum('overdue'),
  }
}
