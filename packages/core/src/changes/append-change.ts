import { insertChange } from '@todo/db/statements'
import { isDeepStrictEqual } from 'node:util'
import type { OwnerContext } from '../context.ts'
import { logArgs } from './log-args.ts'

type Entity = 'account' | 'list' | 'label'
type Row = { id: string; version: number }

/** Logs the change of a row that this transaction wrote. Statements on todos log their own changes. */
export async function appendChange<T extends Row>(
  ctx: OwnerContext,
  entity: Entity,
  { before, after }: { before?: T; after?: T },
): Promise<void> {
  const row = after ?? before
  if (!row) throw new Error('a change needs the row before or after it')
  const version = after ? after.version : row.version + 1
  const op = !before ? 'create' : !after ? 'delete' : 'update'
  await ctx.run(
    insertChange({
      ...logArgs(ctx),
      listId: entity === 'list' ? row.id : undefined,
      entity,
      entityId: row.id,
      op,
      version,
      before: before && difference(before, after),
      after: after && difference(after, before),
    }),
  )
}

/** The members of `a` that `b` lacks or has with another value, like the SQL function json_diff. */
function difference<T extends Row>(a: T, b: T | undefined): Record<string, string | number | boolean | null> {
  if (!b) return { ...a }
  const fields = Object.entries(a).filter(
    ([key, value]) =>
      key !== 'version' && key !== 'updatedAt' && !isDeepStrictEqual(value, b[key as keyof T]),
  )
  return Object.fromEntries(fields)
}
