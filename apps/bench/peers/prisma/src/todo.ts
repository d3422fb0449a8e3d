import type { Todo as TodoRow } from '../generated/client/client.ts'

export type TodoTime = { date: string } | { at: string; timeZone: string }

/** A todo as the API shows it. */
export type Todo = ReturnType<typeof toTodo>

export function toTodo(row: TodoRow) {
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

function toTime(date: Date | null, at: Date | null, timeZone: string | null): TodoTime | null {
  if (date) return { date: date.toISOString().slice(0, 10) }
  return at && timeZone !== null ? { at: at.toISOString(), timeZone } : null
}

/** The columns of a due time; none if it is not given. */
export function dueColumns(due: Partial<{ date: string; at: string; timeZone: string }> | null | undefined) {
  if (due === undefined) return {}
  const { date, at, timeZone } = due ?? {}
  return {
    dueDate: date === undefined ? null : new Date(date),
    dueAt: at === undefined ? null : new Date(at),
    dueZone: timeZone ?? null,
  }
}

/** The members of `todo` that differ from `other`, as the change log keeps them. */
export function difference(todo: Todo, other: Todo): Partial<Todo> {
  const { version: _, updatedAt: __, ...members } = todo
  const names = Object.keys(members) as (keyof typeof members)[]
  const differing = names.filter((name) => JSON.stringify(todo[name]) !== JSON.stringify(other[name]))
  return Object.fromEntries(differing.map((name) => [name, todo[name]]))
}
