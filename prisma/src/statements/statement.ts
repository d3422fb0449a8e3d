import type { PlainRow, Statement } from '@todo/postgres'

/**
 * A statement with named arguments. `types` names their SQL types; `text` gets each as a placeholder with its cast, such
 * as `$1::uuid`. An argument that is undefined is sent as NULL.
 */
export function defineStatement<Args extends object, Row extends PlainRow>(
  types: Record<keyof Args & string, string>,
  text: (placeholders: Record<keyof Args & string, string>) => string,
): (args: Args) => Statement<Row> {
  const names = Object.keys(types) as (keyof Args & string)[]
  const placeholders = Object.fromEntries(names.map((name, i) => [name, `$${i + 1}::${types[name]}`]))
  const sql = text(placeholders as Record<keyof Args & string, string>)
  return (args) => ({ text: sql, values: names.map((name) => args[name] ?? null) })
}
