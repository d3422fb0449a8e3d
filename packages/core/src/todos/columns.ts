import type { CreateTodo, TodoTime } from './schemas.ts'

type JsonColumn = string | number | null | string[]

/** Values of `todos` by column name, as the SQL function jsonb_populate_record takes them; absent columns stay. */
export type TodoColumns = Partial<
  Record<
    | 'list_id'
    | 'parent_id'
    | 'depth'
    | 'title'
    | 'description'
    | 'label_ids'
    | 'priority'
    | 'start_date'
    | 'start_at'
    | 'start_zone'
    | 'due_date'
    | 'due_at'
    | 'due_zone'
    | 'position'
    | 'completed_at'
    | 'deleted_at',
    JsonColumn
  >
>

type Editable = Partial<Pick<CreateTodo, 'title' | 'description' | 'labelIds' | 'priority' | 'start' | 'due'>>

/** The columns that the fields a person edits are kept in. */
export function toColumns({
  title,
  description,
  labelIds,
  priority,
  start,
  due,
}: Partial<Loose<Editable>>): TodoColumns {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(labelIds !== undefined && { label_ids: labelIds }),
    ...(priority !== undefined && { priority }),
    ...timeColumns('start', start),
    ...timeColumns('due', due),
  }
}

type Loose<T> = { [K in keyof T]: T[K] | undefined }

type TimeName = 'start' | 'due'
type TimeColumns = Partial<Record<`${TimeName}_${'date' | 'at' | 'zone'}`, string | null>>

/** The columns of a date, or of an instant with its zone. */
export function timeColumns(name: TimeName, time: TodoTime | null | undefined): TimeColumns {
  if (time === undefined) return {}
  const [date, at, zone] =
    time === null
      ? [null, null, null]
      : 'date' in time
        ? [time.date, null, null]
        : [null, new Date(time.at).toISOString(), time.timeZone]
  return { [`${name}_date`]: date, [`${name}_at`]: at, [`${name}_zone`]: zone }
}
