import { insertTodo } from '@todo/db/statements'
import { isUniqueViolation } from '@todo/postgres'
import { logArgs } from '../changes/log-args.ts'
import type { OwnerContext } from '../context.ts'
import { DomainError, invalidField } from '../errors/domain-error.ts'
import { newId } from '../new-id.ts'
import { withOwnerLock } from '../transaction.ts'
import { MAX_DEPTH, requireLabels, todoRow } from './rules.ts'
import type { CreateTodo, Todo } from './schemas.ts'
import { toColumns } from './to-todo.ts'

/**
 * Adds a todo at the end of its list.
 * @throws DomainError LIST_NOT_FOUND, TODO_NOT_FOUND (the parent), ID_TAKEN, VALIDATION_FAILED
 */
export function createTodo(ctx: OwnerContext, input: CreateTodo): Promise<Todo> {
  const { parentId, labelIds } = input
  if (parentId == null && labelIds.length === 0) return insert(ctx, input, { depth: 0 })

  return withOwnerLock(ctx, async (tx) => {
    await requireLabels(tx, labelIds)
    if (parentId == null) return insert(tx, input, { depth: 0 })
    const parent = await todoRow(tx, parentId)
    if (input.listId !== undefined && input.listId !== parent.listId) {
      throw invalidField('listId', 'Must be the list that the parent is in')
    }
    if (parent.depth >= MAX_DEPTH) throw invalidField('parentId', 'Must not create a fourth level of todos')
    return insert(tx, { ...input, listId: parent.listId }, { depth: parent.depth + 1, parentId })
  })
}

type Place = { depth: number; parentId?: string }

async function insert(ctx: OwnerContext, input: CreateTodo, { depth, parentId }: Place): Promise<Todo> {
  const { id = newId(), listId } = input
  try {
    const [row] = await ctx.run(
      insertTodo({ ...logArgs(ctx), id, listId, parentId, depth, columns: toColumns(input) }),
    )
    if (!row) throw new DomainError('LIST_NOT_FOUND')
    return row.todo as Todo
  } catch (error) {
    if (isUniqueViolation(error)) throw new DomainError('ID_TAKEN')
    throw error
  }
}
