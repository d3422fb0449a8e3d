import { sql } from '@todo/db/sql'
import type { UserContext } from '../context.ts'
import { DomainError, invalidField } from '../errors/domain-error.ts'
import { newId } from '../new-id.ts'
import { isUniqueViolation } from '../sql-state.ts'
import { withOwnerLock } from '../transaction.ts'
import { timeColumns } from './columns.ts'
import { MAX_DEPTH, requireLabels, todoRow } from './rules.ts'
import type { CreateTodo, Todo } from './schemas.ts'
import { ofJson } from './to-todo.ts'

/**
 * Adds a todo at the end of its list.
 * @throws DomainError LIST_NOT_FOUND, TODO_NOT_FOUND (the parent), ID_TAKEN, VALIDATION_FAILED
 */
export function createTodo(ctx: UserContext, input: CreateTodo): Promise<Todo> {
  const { parentId, labelIds } = input
  if (parentId == null && labelIds.length === 0) return insert(ctx, input, { depth: 0 })

  return withOwnerLock(ctx, async (tx) => {
    await requireLabels(tx, labelIds)
    if (parentId == null) return insert(tx, input, { depth: 0 })
    const parent = await todoRow(tx, parentId)
    if (input.listId !== undefined && input.listId !== parent.listId) {
      throw invalidField('listId', 'Must be the list of the parent')
    }
    if (parent.depth >= MAX_DEPTH) throw invalidField('parentId', 'There are three levels of todos')
    return insert(tx, { ...input, listId: parent.listId }, { depth: parent.depth + 1, parentId })
  })
}

type Place = { depth: number; parentId?: string }

async function insert(ctx: UserContext, input: CreateTodo, { depth, parentId }: Place): Promise<Todo> {
  const { title, description, labelIds, priority, listId } = input
  const times = { ...timeColumns('start', input.start), ...timeColumns('due', input.due) }
  try {
    const [row] = await ctx.run(
      sql.createTodo(
        ctx.user.id,
        input.id ?? newId(),
        ctx.now(),
        listId ?? null,
        parentId ?? null,
        depth,
        title,
        description,
        labelIds,
        priority,
        times.start_date ?? null,
        times.start_at ?? null,
        times.start_zone ?? null,
        times.due_date ?? null,
        times.due_at ?? null,
        times.due_zone ?? null,
      ),
    )
    if (!row) throw new DomainError('LIST_NOT_FOUND')
    return ofJson(row.todo)
  } catch (error) {
    if (isUniqueViolation(error)) throw new DomainError('ID_TAKEN')
    throw error
  }
}
