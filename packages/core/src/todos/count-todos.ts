import { sql } from '@todo/db/sql'
import type { UserContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import { dayBounds } from './day-bounds.ts'
import type { Counts } from './schemas.ts'

/** How many todos there are per list, and per smart view by the account's time zone. */
export async function countTodos(ctx: UserContext): Promise<Counts> {
  const account = await ctx.db.account.findUnique({
    where: { ownerId: ctx.user.id },
    select: { timeZone: true },
  })
  if (!account) throw new DomainError('ACCOUNT_NOT_FOUND')
  const now = ctx.now()
  const { today, startOfToday, startOfTomorrow } = dayBounds(now, account.timeZone)
  const rows = await ctx.run(sql.countTodos(ctx.user.id, now, today, startOfToday, startOfTomorrow))
  const sum = (view: 'today' | 'upcoming' | 'overdue') =>
    rows.reduce((total, row) => total + (row[view] ?? 0), 0)
  return {
    lists: rows.map(({ listId, open, completed }) => ({
      listId,
      open: open ?? 0,
      completed: completed ?? 0,
    })),
    today: sum('today'),
    upcoming: sum('upcoming'),
    overdue: sum('overdue'),
  }
}
