import { selectList } from '../tables/sql.ts'
import type { RowOf } from '../tables/table.ts'
import { TODOS } from '../tables/todos.ts'
import { defineStatement } from './statement.ts'

const select = defineStatement<{ ownerId: string; id: string }, RowOf<typeof TODOS>>(
  { ownerId: 'uuid', id: 'uuid' },
  ($) => `SELECT ${selectList(TODOS, 't')} FROM todos t WHERE t.owner_id = ${$.ownerId} AND t.id = ${$.id}`,
)

/** Reads a todo, even if it is in the trash. */
export const selectTodo = (args: { ownerId: string; id: string }) => ({ ...select(args), isLookup: true })
