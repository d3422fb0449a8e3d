import { createTodo as createTodoSql } from '@todo/db/sql'
import { v7 as uuidv7 } from 'uuid'
import type { UserContext } from '../context.ts'
import { idTaken, invalidField, notFound } from '../errors.ts'
import { withOwnerLock } from '../transaction.ts'
import { type TodoColumns, toColumns } from './columns.ts'
import { MAX_DEPTH, requireLabels, todoRow } from './rules.ts'
import { type CreateTodo, Todo } from './schemas.ts'

/**
 * Adds a todo at the end of its list.
 * @throws DomainError NOT_FOUND (list or parent), CONFLICT when the id is in use, UNPROCESSABLE
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
    return insert(tx, { ...input, listId: parent.listId }, { depth: parent.depth + 1, parent_id: parentId })
  })
}

async function insert(ctx: UserContext, input: CreateTodo, place: TodoColumns): Promise<Todo> {
  const columns = { ...toColumns(input), ...place }
  const [row] = await ctx.run(
    createTodoSql(ctx.user.id, input.id ?? uuidv7(), input.listId ?? null, columns, ctx.now()),
  )
  if (!row) throw notFound('list')
  if (row.todo === null) throw idTaken()
  return Todo.parse(row.todo)
}
