import type { TodoRow } from './tables.ts'
import type { Todo, TodoTime } from './schemas.ts'

export function toTodo(row: TodoRow): Todo {
  return {
    id: row.id,
    listId: row.listId,
    parentId: row.parentId,
    title: row.title,
    description: row.description,
    labelIds: row.labelIds,
    priority: row.priority,
    start: toTime(row.startDate, row.startAt, row.startZone),
    due: toTime(row.dueDate, row.dueAt, row.dueZone),
    position: row.position,
    completedAt: row.completedAt?.toISOString() ?? null,
    deletedAt: row.deletedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  }
}

function toTime(date: string | null, at: Date | null, timeZone: string | null): TodoTime | null {
  if (date !== null) return { date }
  return at && timeZone !== null ? { at: at.toISOString(), timeZone } : null
}

/** The columns of a due time; none if it is not given. */
export function dueColumns(due: TodoTime | null | undefined) {
  if (due === undefined) return {}
  if (due === null) return { dueDate: null, dueAt: null, dueZone: null }
  if ('date' in due) return { dueDate: due.date, dueAt: null, dueZone: null }
  return { dueDate: null, dueAt: new Date(due.at), dueZone: due.timeZone }
}

/** The members of `todo` that differ from `other`, as the change log keeps them. */
export function difference(todo: Todo, other: Todo): Partial<Todo> {
  const fields = Object.keys(todo) as (keyof Todo)[]
  const differing = fields.filter(
    (name) =>
      name !== 'version' &&
      name !== 'updatedAt' &&
      JSON.stringify(todo[name]) !== JSON.stringify(other[name]),
  )
  return Object.fromEntries(differing.map((name) => [name, todo[name]]))
}
