import type { OwnerContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import { withOwnerLock } from '../transaction.ts'
import { changeTodo, completeTodo, reopenTodo } from './change-todo.ts'
import { createTodo } from './create-todo.ts'
import { moveTodo } from './move-todo.ts'
import type { BulkOperation, BulkResult, BulkTodos, Todo } from './schemas.ts'
import { deleteTodo, restoreTodo } from '../trash/trash-todo.ts'

/** Runs up to 100 operations in one transaction. @throws the DomainError of the operation that fails, with its index */
export function bulkTodos(ctx: OwnerContext, { operations }: BulkTodos): Promise<BulkResult> {
  return withOwnerLock(ctx, async (tx) => {
    const items: Todo[] = []
    for (const [index, operation] of operations.entries()) {
      items.push(await execute(tx, operation).catch((error: unknown) => rethrow(error, index)))
    }
    return { items }
  })
}

function execute(ctx: OwnerContext, { op, ...input }: BulkOperation): Promise<Todo> {
  // Destructuring loses which member of the union it is, but `op` selects the right verb.
  const verbs = {
    create: createTodo,
    change: changeTodo,
    complete: completeTodo,
    reopen: reopenTodo,
    move: moveTodo,
    delete: deleteTodo,
    restore: restoreTodo,
  } as Record<BulkOperation['op'], (ctx: OwnerContext, input: object) => Promise<Todo>>
  return verbs[op](ctx, input)
}

function rethrow(error: unknown, index: number): never {
  if (!(error instanceof DomainError)) throw error
  const { reason, message } = error
  const own = error.errors?.map(({ path, message }) => ({ path: `operations.${index}.${path}`, message }))
  throw new DomainError(reason, {
    message: `Operation ${index}: ${message}`,
    errors: own ?? [{ path: `operations.${index}`, message }],
  })
}
