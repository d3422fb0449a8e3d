import type { Pool } from 'pg'
import { gatherLookups } from './gather-lookups.ts'
import { type Asked, runTogether } from './round-trip.ts'
import { toWire } from './wire-values.ts'

/** SQL with $1, $2 … and their values; `Row` is the type of the rows it gives. */
export type Statement<Row> = {
  text: string
  values: readonly unknown[]
  /** Reads a few rows by their key, or a stretch of an index, and may share a round trip with others. */
  isLookup?: boolean
  /** Exists only as a type: what its rows have. */
  row?: Row
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [member: string]: JsonValue | undefined }

/** Instants come as text by RFC 3339, in UTC to the millisecond. Select dates as text, and big integers as numbers. */
export type PlainRow = { [column: string]: JsonValue }

/** Runs a statement, in the transaction if there is one. @throws the errors of `pg`, or those of the transaction's client */
export type RunStatement = <Row extends PlainRow>(statement: Statement<Row>) => Promise<Row[]>

/** Statements straight to `pg`: Prisma's client takes three times as long for them. */
export function runOn(pool: Pool, nameOf: (sql: string) => string): RunStatement {
  const lookUp = gatherLookups(pool)
  return <Row>({ text, values, isLookup = false }: Statement<Row>) =>
    new Promise<Row[]>((resolve, reject) => {
      const asked: Asked = {
        name: nameOf(text),
        text,
        // Before there is a connection to lose: a value may have no text.
        values: values.map((value) => toWire(value)),
        resolve: (rows) => resolve(rows as Row[]),
        reject,
      }
      if (isLookup) lookUp(asked)
      else runTogether(pool, [asked])
    })
}
