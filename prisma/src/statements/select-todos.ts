import { selectList } from '../tables/sql.ts'
import type { RowOf } from '../tables/table.ts'
import { TODOS } from '../tables/todos.ts'
import { defineStatement } from './statement.ts'

const SELECT = `SELECT ${selectList(TODOS, 't')} FROM todos t`

const one = defineStatement<{ ownerId: string; id: string }, RowOf<typeof TODOS>>(
  { ownerId: 'uuid', id: 'uuid' },
  ($) => `${SELECT} WHERE t.owner_id = ${$.ownerId} AND t.id = ${$.id}`,
)

// Postgres plans a statement with an array again for each execution, which takes longer than reading one todo.
const several = defineStatement<{ ownerId: string; ids: string[] }, RowOf<typeof TODOS>>(
  { ownerId: 'uuid', ids: 'uuid[]' },
  ($) => `${SELECT} WHERE t.owner_id = ${$.ownerId} AND t.id = ANY(${$.ids})`,
)

/** Reads the todos with these ids in any order, including those in the trash. */
export function selectTodos({ ownerId, ids }: { ownerId: string; ids: string[] }) {
  const [id, ...others] = ids
  const statement = id === undefined || others.length > 0 ? several({ ownerId, ids }) : one({ ownerId, id })
  return { ...statement, isLookup: true }
}
