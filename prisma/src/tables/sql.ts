import type { Member, Table } from './table.ts'

/** The fields of a member: three for a time, otherwise one. */
export function fieldsOf(name: string, { type, field = name }: Member): string[] {
  return type === 'time' ? [`${name}Date`, `${name}At`, `${name}Zone`] : [field]
}

/** The column of a field: its name in snake case. */
export const columnOf = (field: string) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The columns that users can set, with their SQL types. */
export function editableColumns({ members }: Table): Record<string, string> {
  const editable = Object.entries(members).filter(([, member]) => member.editable === true)
  const columns = editable.flatMap(([name, member]) => {
    const types = member.type === 'time' ? ['date', 'timestamptz', 'text'] : [member.type]
    return fieldsOf(name, member).map((field, part) => [columnOf(field), types[part] ?? ''] as const)
  })
  return Object.fromEntries(columns)
}

/** The columns that a change may set. */
export function changeableColumns({ members }: Table): string[] {
  const changeable = Object.entries(members).filter(([, { managed }]) => managed !== true)
  return changeable.flatMap(([name, member]) => fieldsOf(name, member).map(columnOf))
}

/** The select list for the row `alias`: `t.list_id AS "listId", …`. Dates are cast to text. */
export function selectList(table: Table, alias: string): string {
  const shown = Object.entries(table.members).filter(([, { hidden }]) => hidden !== true)
  return shown.flatMap(([name, member]) => fieldsOf(name, member).map(select)).join(', ')

  function select(field: string, part: number, { length }: string[]): string {
    const isDate = length === 3 && part === 0
    return `${alias}.${columnOf(field)}${isDate ? '::text' : ''} AS "${field}"`
  }
}

/** The row `alias` as JSON for the log, with the same members as the interfaces show. */
export function jsonOf(table: Table, alias: string): string {
  const members = Object.entries(table.members)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, member]) => `'${name}', ${jsonValue(name, member)}`)
  return `jsonb_build_object(${members.join(', ')})`

  function jsonValue(name: string, member: Member): string {
    const columns = fieldsOf(name, member).map((field) => `${alias}.${columnOf(field)}`)
    if (member.type === 'time') return `time_json(${columns.join(', ')})`
    return member.type === 'timestamptz' ? `instant_json(${columns[0]})` : `${columns[0]}`
  }
}
