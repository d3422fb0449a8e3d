import type { UserContext } from '../context.ts'
import { DomainError, requireVersion } from '../errors/domain-error.ts'
import { withOwnerLock } from '../transaction.ts'
import { toColumns } from './columns.ts'
import { loadTodo } from './load-todo.ts'
import { requireLabels, todoRow } from './rules.ts'
import type { ChangeTodo, Todo, TodoId, TodoIdIfVersion } from './schemas.ts'
import { toTodo } from './to-todo.ts'
import { changeRow } from './write-todos.ts'

/** A todo, also one in the trash. @throws DomainError TODO_NOT_FOUND */
export async function getTodo(ctx: UserContext, { id }: TodoId): Promise<Todo> {
  const row = await loadTodo(ctx, id)
  if (!row) throw new DomainError('TODO_NOT_FOUND')
  return toTodo(row)
}

/** A merge patch: absent leaves, null clears. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH, VALIDATION_FAILED */
export function changeTodo(ctx: UserContext, { id, ifVersion, ...fields }: ChangeTodo): Promise<Todo> {
  const change = { patch: toColumns(fields), ifVersion }
  const { labelIds = [] } = fields
  if (labelIds.length === 0) return changeRow(ctx, id, change)
  return withOwnerLock(ctx, async (tx) => {
    requireVersion(await todoRow(tx, id), ifVersion)
    await requireLabels(tx, labelIds)
    return changeRow(tx, id, change)
  })
}

/** Completes a todo; one that is completed stays as it is. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export function completeTodo(ctx: UserContext, { id, ifVersion }: TodoIdIfVersion): Promise<Todo> {
  return changeRow(ctx, id, { patch: { completed_at: ctx.now().toISOString() }, ifVersion, isOpen: true })
}

/** Opens a todo again; one that is open stays as it is. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export function reopenTodo(ctx: UserContext, { id, ifVersion }: TodoIdIfVersion): Promise<Todo> {
  return changeRow(ctx, id, { patch: { completed_at: null }, ifVersion, isOpen: false })
}
