import type { OwnerContext } from '../context.ts'
import { requireVersion } from '../errors/domain-error.ts'
import { withOwnerLock } from '../transaction.ts'
import { requireLabels, todoRow } from './rules.ts'
import type { ChangeTodo, Todo, TodoIdIfVersion } from './schemas.ts'
import { toColumns } from './to-todo.ts'
import { changeRow } from './write-todos.ts'

/** Applies a merge patch: absent members stay, null clears. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH, VALIDATION_FAILED */
export function changeTodo(ctx: OwnerContext, { id, ifVersion, ...fields }: ChangeTodo): Promise<Todo> {
  const change = { values: toColumns(fields), ifVersion }
  const { labelIds = [] } = fields
  if (labelIds.length === 0) return changeRow(ctx, id, change)
  return withOwnerLock(ctx, async (tx) => {
    requireVersion(await todoRow(tx, id), ifVersion)
    await requireLabels(tx, labelIds)
    return changeRow(tx, id, change)
  })
}

/** Completes a todo. A completed one stays as it is. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export function completeTodo(ctx: OwnerContext, { id, ifVersion }: TodoIdIfVersion): Promise<Todo> {
  return changeRow(ctx, id, { values: { completed_at: ctx.now().toISOString() }, ifVersion, isOpen: true })
}

/** Reopens a todo. An open one stays as it is. @throws DomainError TODO_NOT_FOUND, VERSION_MISMATCH */
export function reopenTodo(ctx: OwnerContext, { id, ifVersion }: TodoIdIfVersion): Promise<Todo> {
  return changeRow(ctx, id, { values: { completed_at: null }, ifVersion, isOpen: false })
}
