import { type RunStatement, turnEnds } from '@todo/db'
import type { UserContext } from '../context.ts'
import { TODO_COLUMNS, type TodoRow } from './to-todo.ts'

const ONE = `SELECT ${TODO_COLUMNS.text} FROM todos t WHERE t.owner_id = $1::uuid AND t.id = $2::uuid`
const MANY = `SELECT ${TODO_COLUMNS.text} FROM todos t WHERE t.owner_id = $1::uuid AND t.id = ANY($2::uuid[])`

type Gathered = { ids: string[]; rows: Promise<TodoRow[]> }

/** What is about to be asked, by owner; a transaction has its own `run`, and so asks for itself. */
const gathering = new WeakMap<RunStatement, Map<string, Gathered>>()

/** The row of a todo. Those of one owner that are asked for at once, as in a batch, are read by one statement. */
export async function loadTodo({ run, user }: UserContext, id: string): Promise<TodoRow | undefined> {
  const byOwner = gathering.get(run) ?? new Map<string, Gathered>()
  gathering.set(run, byOwner)
  const gathered = byOwner.get(user.id) ?? gather()
  gathered.ids.push(id)
  const rows = await gathered.rows
  return rows.find((row) => row.id === id)

  function gather(): Gathered {
    const ids: string[] = []
    const rows = turnEnds().then(() => {
      byOwner.delete(user.id)
      const [text, wanted] = ids.length === 1 ? [ONE, ids[0]] : [MANY, ids]
      return run<TodoRow>({ text, values: [user.id, wanted], isLookup: true })
    })
    const started = { ids, rows }
    byOwner.set(user.id, started)
    return started
  }
}
