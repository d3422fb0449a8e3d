import { runIn } from '@todo/db'
import { lockOwner } from '@todo/db/statements'
import type { Context, OwnerContext } from './context.ts'

/** Runs `work` in a transaction: the current one, if there is one. */
export function inTransaction<C extends Context, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  if (!('$transaction' in ctx.db)) return work(ctx)
  return ctx.db.$transaction((db) => work({ ...ctx, db, run: runIn(db) }), {
    maxWait: 5_000,
    timeout: 15_000,
  })
}

/**
 * Runs `work` in a transaction while no other writer touches the owner's rows. Rules that read other rows need this: the
 * lock is taken in a statement of its own, so that later reads see what the previous writer did.
 */
export function withOwnerLock<C extends OwnerContext, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  return inTransaction(ctx, async (locked) => {
    await locked.run(lockOwner({ ownerId: locked.ownerId }))
    return work(locked)
  })
}
