import type { Pool, QueryConfig } from 'pg'
import { isLostStatement, isRefusal, isStalePlan } from './errors.ts'
import { PARSERS } from './parsers.ts'

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

type Row = Record<string, unknown>

type Run = (query: QueryConfig) => Promise<Row[]>

/** Runs statements, each prepared once per connection. `lookUp` runs lookups. */
export function runWith({ pool, lookUp, nameOf }: RunOptions): RunStatement {
  return async <R>({ text, values, isLookup }: Statement<R>) => {
    const query: QueryConfig = { name: nameOf(text), text, values: values as unknown[], types: PARSERS }
    const rows = isLookup ? await lookUp(query) : await runOn(pool, query)
    return rows as R[]
  }
}

type RunOptions = { pool: Pool; lookUp: Run; nameOf: (text: string) => string }

/** Runs a statement on a connection of the pool. */
export async function runOn(pool: Pool, query: QueryConfig): Promise<Row[]> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<Row>(query)
    client.release()
    return rows
  } catch (error) {
    // `pool.query` would close the connection after each refusal, as of a duplicate key.
    client.release(!isRefusal(error))
    if (query.name === undefined || !(isStalePlan(error) || isLostStatement(error))) throw error
    // Nothing of it has run. Without a name it is prepared anew, on whichever connection.
    return runOn(pool, withoutName(query))
  }
}

export const withoutName = ({ text, values = [], types }: QueryConfig): QueryConfig => ({
  text,
  values,
  types,
})
