import type { TypedSql } from '@prisma/client/runtime/client'
import * as typed from '../generated/sql.ts'
import type { Statement } from './run-statement.ts'

type Statements = {
  [Name in keyof typeof typed]: (typeof typed)[Name] extends (
    ...values: infer Values
  ) => TypedSql<unknown[], infer Row>
    ? (...values: Values) => Statement<Row>
    : never
}

/** The statements of the files in sql/, by name, with the types that Prisma finds in them. */
export const sql = Object.fromEntries(
  Object.entries(typed).map(([name, make]) => [name, statements(make as Make)]),
) as Statements

type Make = (...values: unknown[]) => TypedSql<unknown[], unknown>

/** Prisma keeps its own objects in a WeakMap, which costs 4 % of a write: they are made for its transactions only. */
function statements(make: Make): (...values: unknown[]) => Statement<unknown> {
  const { sql: text } = make()
  return (...values) => ({ text, values, typed: () => make(...values) })
}
