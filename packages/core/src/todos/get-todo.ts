import { selectTodo, selectTodos } from '@todo/db/statements'
import type { RunStatement } from '@todo/postgres'
import type { OwnerContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { Todo, TodoId } from './schemas.ts'
import { type TodoRow, toTodo } from './to-todo.ts'

/** Reads a todo, also one in the trash. @throws DomainError TODO_NOT_FOUND */
export async function getTodo({ run, ownerId }: OwnerContext, { id }: TodoId): Promise<Todo> {
  const rows = await readWithOthers(run, { ownerId, id })
  const row = rows.find((row) => row.id === id)
  if (!row) throw new DomainError('TODO_NOT_FOUND')
  return toTodo(row)
}

type Read = { ids: string[]; rows: Promise<TodoRow[]> }

const MAX_IDS = 100

/** The reads that have not been sent, by connection and owner. */
const waiting = new WeakMap<RunStatement, Map<string, Read>>()

/** Reads the todos of an owner that are asked for in one turn of the event loop, as by the calls of a batch, together. */
function readWithOthers(run: RunStatement, { ownerId, id }: { ownerId: string; id: string }) {
  const reads = waiting.get(run) ?? new Map<string, Read>()
  waiting.set(run, reads)
  const read = reads.get(ownerId) ?? startRead()
  if (read.ids.push(id) === MAX_IDS) reads.delete(ownerId)
  return read.rows

  function startRead(): Read {
    const ids: string[] = []
    const read = { ids, rows: send() }
    reads.set(ownerId, read)
    return read

    async function send(): Promise<TodoRow[]> {
      await new Promise<void>((resolve) => process.nextTick(resolve))
      if (reads.get(ownerId) === read) reads.delete(ownerId)
      // Without pipelines, Postgres plans a statement with an array for each execution, which costs more than it saves.
      return run(ids.length > 1 ? selectTodos({ ownerId, ids }) : selectTodo({ ownerId, id }))
    }
  }
}
