import type { TypedSql } from '@prisma/client/runtime/client'
import type { Pool } from 'pg'
import type { DbTransaction } from './create-database.ts'
import { runPrepared } from './prepared-statement.ts'
import type { Prisma } from '../generated/client.ts'

/** By `Prisma.sql` or by hand with $1, $2 …, or generated of a file in sql/. */
export type Statement<Row> = { text: string; values: readonly unknown[] } | TypedSql<unknown[], Row>

/** Instants come as text by RFC 3339, in UTC to the millisecond. Select dates as text, and big integers as numbers. */
type PlainRow = { [column: string]: Prisma.JsonValue }

/** Runs a statement, in the transaction if there is one. @throws the errors of `pg`, or in a transaction Prisma's */
export type RunStatement = <Row extends PlainRow>(statement: Statement<Row>) => Promise<Row[]>

/** Statements straight to `pg`: Prisma's client takes three times as long for them. */
export function runOn(pool: Pool, nameOf: (sql: string) => string): RunStatement {
  return async <Row>(statement: Statement<Row>) => {
    const text = 'text' in statement ? statement.text : statement.sql
    const rows = await runPrepared(pool, { name: nameOf(text), text, values: statement.values })
    return rows as Row[]
  }
}

export function runIn(transaction: DbTransaction): RunStatement {
  return async <Row>(statement: Statement<Row>) => {
    if (!('text' in statement)) return transaction.$queryRawTyped(statement)
    const rows = await transaction.$queryRawUnsafe<Record<string, unknown>[]>(
      statement.text,
      ...statement.values,
    )
    return rows.map(withInstants) as Row[]
  }
}

const withInstants = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  )
