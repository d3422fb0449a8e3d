import { sql } from '@todo/db/sql'
import type { UserContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { TodoColumns } from './columns.ts'
import type { Todo } from './schemas.ts'
import { ofJson } from './to-todo.ts'

type Change = {
  patch: TodoColumns
  ifVersion?: number | undefined
  /** Change only what is open (true) or completed (false). */
  isOpen?: boolean
  /** Find only what is in the trash (true) or is not (false). */
  isDeleted?: boolean
  removeLabelId?: string
}

type Found = { todo: unknown; matched: boolean | null }

/** Changes todos in one statement that logs what it changed. The todos found, as they are now. */
export async function changeRows(ctx: UserContext, ids: string[], change: Change): Promise<Found[]> {
  if (ids.length === 0) return []
  return ctx.run(
    sql.changeTodos(
      ctx.user.id,
      ids,
      change.patch,
      change.ifVersion ?? null,
      change.isOpen ?? null,
      change.isDeleted ?? null,
      change.removeLabelId ?? null,
      ctx.now(),
    ),
  )
}

/** Changes one todo that is not in the trash. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export async function changeRow(ctx: UserContext, id: string, change: Change): Promise<Todo> {
  const [row] = await changeRows(ctx, [id], { isDeleted: false, ...change })
  if (!row) throw new DomainError('TODO_NOT_FOUND')
  if (!row.matched) throw new DomainError('VERSION_MISMATCH')
  return ofJson(row.todo)
}

/** Deletes todos for good, and logs each. */
export async function purgeRows(ctx: UserContext, ids: string[]): Promise<void> {
  if (ids.length > 0) await ctx.run(sql.purgeTodos(ctx.user.id, ids, ctx.now()))
}
