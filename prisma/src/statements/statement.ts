import type { PlainRow, Statement } from '@todo/postgres'

/**
 * Defines a statement with named arguments. `types` maps each name to its SQL type; `text` receives a placeholder with a
 * cast for each, such as `$1::uuid`. Undefined arguments are sent as NULL.
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
