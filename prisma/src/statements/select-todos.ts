import { selectList } from '../tables/sql.ts'
import type { RowOf } from '../tables/table.ts'
import { TODOS } from '../tables/todos.ts'
import { defineStatement } from './statement.ts'

type Row = RowOf<typeof TODOS>
type One = { ownerId: string; id: string }
type Several = { ownerId: string; ids: string[] }

const SELECT = `SELECT ${selectList(TODOS, 't')} FROM todos t`

const one = defineStatement<One, Row>(
  { ownerId: 'uuid', id: 'uuid' },
  ($) => `${SELECT} WHERE t.owner_id = ${$.ownerId} AND t.id = ${$.id}`,
)

const several = defineStatement<Several, Row>(
  { ownerId: 'uuid', ids: 'uuid[]' },
  ($) => `${SELECT} WHERE t.owner_id = ${$.ownerId} AND t.id = ANY(${$.ids})`,
)

/** Reads a todo, even if it is in the trash. */
export const selectTodo = (args: One) => ({ ...one(args), isLookup: true })

/** Reads the todos with these ids in any order, including those in the trash. */
export const selectTodos = (args: Several) => ({ ...several(args), isLookup: true })
