import { columnOf, fieldsOf } from './sql.ts'
import type { EditableOf, EntityOf, Member, Table, Time } from './table.ts'

type Fields = { readonly [field: string]: unknown }

/** Returns a function that maps a row of a statement or of Prisma to the entity, without hidden members. */
export function entityReader<T extends Table>({ members }: T): (row: Fields) => EntityOf<T> {
  const readers = Object.entries(members)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, member]) => [name, readerOf(name, member)] as const)
  return (row) => {
    const entity: Record<string, unknown> = {}
    for (const [name, read] of readers) entity[name] = read(row)
    return entity as EntityOf<T>
  }
}

function readerOf(name: string, member: Member): (row: Fields) => unknown {
  const [field = name, at = '', zone = ''] = fieldsOf(name, member)
  if (member.type === 'time') return (row) => timeOf(row[field], row[at], row[zone])
  if (member.type === 'timestamptz') return (row) => instantOf(row[field])
  return (row) => row[field]
}

/** Prisma returns a Date, statements return text. */
const instantOf = (value: unknown) => (value instanceof Date ? value.toISOString() : value)

function timeOf(date: unknown, at: unknown, timeZone: unknown): Time | null {
  if (date !== null) return { date: String(date) }
  return at === null ? null : { at: String(at), timeZone: String(timeZone) }
}

export type ColumnValue = string | number | boolean | null | string[]
export type ColumnValues = { [column: string]: ColumnValue }

/** Returns a function that maps the members of a create or change to column values. Absent members are left out. */
export function columnWriter<T extends Table>(
  table: T,
): (input: { [K in keyof EditableOf<T>]?: EditableOf<T>[K] | undefined }) => ColumnValues {
  const editable = Object.entries(table.members)
    .filter(([, member]) => member.editable === true)
    .map(([name, member]) => ({ name, type: member.type, columns: fieldsOf(name, member).map(columnOf) }))
  return (input) => {
    const values: ColumnValues = {}
    for (const { name, type, columns } of editable) {
      const value = (input as Fields)[name]
      if (value === undefined) continue
      const parts = type === 'time' ? timeParts(value as Time | null) : [value as ColumnValue]
      columns.forEach((column, index) => (values[column] = parts[index] ?? null))
    }
    return values
  }
}

/** The values of `…_date`, `…_at` and `…_zone`. */
function timeParts(time: Time | null): ColumnValue[] {
  if (time === null) return [null, null, null]
  if ('date' in time) return [time.date, null, null]
  return [null, new Date(time.at).toISOString(), time.timeZone]
}
