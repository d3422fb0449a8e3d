import { type ColumnValues, type EditableOf, type RowOf, TODOS, columnWriter, entityReader } from '@todo/db'
import type { ChangeTodo, CreateTodo, Todo } from './schemas.ts'

export type TodoRow = RowOf<typeof TODOS>

export const toTodo: (row: TodoRow) => Todo = entityReader(TODOS)

type Editable = keyof EditableOf<typeof TODOS>

/** The column values of the members that people set. Absent members have none. */
export const toColumns: (input: Pick<CreateTodo, Editable> | Pick<ChangeTodo, Editable>) => ColumnValues =
  columnWriter(TODOS)
