import { Prisma } from '@todo/db'
import type { Todo, TodoTime } from './schemas.ts'

/**
 * The columns of a todo `t`, and `toTodo`, which makes the todo of them: each named one by one, so that a new column is
 * shown only when it is added here. SQL's `todo_json` makes the same, as the log keeps it.
 */
export const TODO_COLUMNS = Prisma.raw(`
  t.id, t.list_id, t.parent_id, t.title, t.description, t.label_ids, t.priority,
  t.start_date::text AS start_date, t.start_at, t.start_zone, t.due_date::text AS due_date, t.due_at, t.due_zone,
  t.position, t.completed_at, t.deleted_at, t.created_at, t.updated_at, t.version`)

export type TodoRow = {
  id: string
  list_id: string
  parent_id: string | null
  title: string
  description: string
  label_ids: string[]
  priority: number
  start_date: string | null
  start_at: string | null
  start_zone: string | null
  due_date: string | null
  due_at: string | null
  due_zone: string | null
  position: number
  completed_at: string | null
  deleted_at: string | null
  created_at: string
  updated_at: string
  version: number
}

export function toTodo(row: TodoRow): Todo {
  return {
    id: row.id,
    listId: row.list_id,
    parentId: row.parent_id,
    title: row.title,
    description: row.description,
    labelIds: row.label_ids,
    priority: row.priority,
    start: timeOf(row.start_date, row.start_at, row.start_zone),
    due: timeOf(row.due_date, row.due_at, row.due_zone),
    position: row.position,
    completedAt: row.completed_at,
    deletedAt: row.deleted_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

/** The same of what SQL's `todo_json` makes, which has its members in an order of its own. */
export function ofJson(json: unknown): Todo {
  const todo = json as Todo
  return {
    id: todo.id,
    listId: todo.listId,
    parentId: todo.parentId,
    title: todo.title,
    description: todo.description,
    labelIds: todo.labelIds,
    priority: todo.priority,
    start: todo.start,
    due: todo.due,
    position: todo.position,
    completedAt: todo.completedAt,
    deletedAt: todo.deletedAt,
    createdAt: todo.createdAt,
    updatedAt: todo.updatedAt,
    version: todo.version,
  }
}

function timeOf(date: string | null, at: string | null, timeZone: string | null): TodoTime | null {
  if (date !== null) return { date }
  return at === null || timeZone === null ? null : { at, timeZone }
}
