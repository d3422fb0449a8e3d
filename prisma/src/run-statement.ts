import type { TypedSql } from '@prisma/client/runtime/client'
import type { Pool } from 'pg'
import type { DbTransaction } from './create-database.ts'
import { runPrepared } from './prepared-statement.ts'
import type { Prisma } from '../generated/client.ts'

/** By `Prisma.sql`, by hand with $1, $2 …, or of a file in sql/, which Prisma knows the types of. */
export type Statement<Row> = {
  text: string
  values: readonly unknown[]
  typed?: () => TypedSql<unknown[], Row>
}

/** Instants come as text by RFC 3339, in UTC to the millisecond. Select dates as text, and big integers as numbers. */
type PlainRow = { [column: string]: Prisma.JsonValue }

/** Runs a statement, in the transaction if there is one. @throws the errors of `pg`, or in a transaction Prisma's */
export type RunStatement = <Row extends PlainRow>(statement: Statement<Row>) => Promise<Row[]>

/** Statements straight to `pg`: Prisma's client takes three times as long for them. */
export function runOn(pool: Pool, nameOf: (sql: string) => string): RunStatement {
  return async <Row>({ text, values }: Statement<Row>) => {
    const rows = await runPrepared(pool, { name: nameOf(text), text, values })
    return rows as Row[]
  }
}

export function runIn(transaction: DbTransaction): RunStatement {
  return async <Row>({ text, values, typed }: Statement<Row>) => {
    if (typed) return transaction.$queryRawTyped(typed())
    const rows = await transaction.$queryRawUnsafe<Record<string, unknown>[]>(text, ...values)
    return rows.map(withInstants) as Row[]
  }
}

const withInstants = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  )
