import type { ColumnValues } from '@todo/db'
import { deleteTodos, updateTodos } from '@todo/db/statements'
import { logArgs } from '../changes/log-args.ts'
import type { OwnerContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { Todo } from './schemas.ts'

type Change = {
  /** The new value of each column to change. */
  values: ColumnValues
  ifVersion?: number | undefined
  /** Change only open todos (true) or completed ones (false). */
  isOpen?: boolean
  /** Find only todos that are in the trash (true) or are not (false). */
  isDeleted?: boolean
  removeLabelId?: string
}

type Found = { todo: unknown; matched: boolean | null }

/** Changes and logs todos in one statement. Returns the todos it found, as they are now. */
export async function changeRows(ctx: OwnerContext, ids: string[], change: Change): Promise<Found[]> {
  if (ids.length === 0) return []
  return ctx.run(updateTodos({ ...logArgs(ctx), ids, ...change }))
}

/** Changes one todo that is not in the trash. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export async function changeRow(ctx: OwnerContext, id: string, change: Change): Promise<Todo> {
  const [row] = await changeRows(ctx, [id], { isDeleted: false, ...change })
  if (!row) throw new DomainError('TODO_NOT_FOUND')
  if (!row.matched) throw new DomainError('VERSION_MISMATCH')
  return row.todo as Todo
}

/** Deletes todos for good, and logs each. */
export async function purgeRows(ctx: OwnerContext, ids: string[]): Promise<void> {
  if (ids.length > 0) await ctx.run(deleteTodos({ ...logArgs(ctx), ids }))
}
