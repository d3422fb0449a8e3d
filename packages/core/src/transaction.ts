import { runIn } from '@todo/db'
import { lockOwner } from '@todo/db/statements'
import type { Context, OwnerContext } from './context.ts'

/** Runs `work` in a transaction: in the caller's, when there is one. */
export function inTransaction<C extends Context, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  if (!('$transaction' in ctx.db)) return work(ctx)
  return ctx.db.$transaction((db) => work({ ...ctx, db, run: runIn(db) }), {
    maxWait: 5_000,
    timeout: 15_000,
  })
}

/**
 * Runs `work` in a transaction in which nobody else writes to the caller's rows. A rule that reads other rows needs
 * this: the lock is taken in a statement of its own, so that the reads after it see what the writer before did.
 */
export function withOwnerLock<C extends OwnerContext, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  return inTransaction(ctx, async (locked) => {
    await locked.run(lockOwner({ ownerId: locked.ownerId }))
    return work(locked)
  })
}
