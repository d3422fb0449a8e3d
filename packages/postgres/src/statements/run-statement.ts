import type { Pool, QueryConfig } from 'pg'
import { isLostStatement, isRefusal, isStalePlan } from '../errors.ts'
import { PARSERS } from './parsers.ts'

/** SQL with $1, $2 … and their values; `Row` is the type of its result rows. */
export type Statement<Row> = {
  text: string
  values: readonly unknown[]
  /** Reads a few rows by key or a range of an index; may be pipelined with others. */
  isLookup?: boolean
  /** Only a type, never a value: the result row. */
  row?: Row
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [member: string]: JsonValue | undefined }

/** Instants are RFC 3339 text in UTC with milliseconds. Select dates as text and big integers as numbers. */
export type PlainRow = { [column: string]: JsonValue }

/** Runs a statement, in the current transaction if there is one. @throws errors of `pg`, or Prisma's in a transaction */
export type RunStatement = <Row extends PlainRow>(statement: Statement<Row>) => Promise<Row[]>

type Row = Record<string, unknown>

type Run = (query: QueryConfig) => Promise<Row[]>

/** Runs statements on the pool and lookups by `lookUp`. Each statement is prepared once per connection. */
export function runWith({ pool, lookUp, nameOf }: RunOptions): RunStatement {
  return <R>({ text, values, isLookup }: Statement<R>) => {
    const query: QueryConfig = { name: nameOf(text), text, values: values as unknown[], types: PARSERS }
    return (isLookup ? lookUp(query) : runOn(pool, query)) as Promise<R[]>
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
    // `pool.query` would close the connection after every error, such as a duplicate key.
    client.release(!isRefusal(error))
    if (query.name === undefined || !(isStalePlan(error) || isLostStatement(error))) throw error
    // The statement has not run. Without a name it is prepared again, on any connection.
    return runOn(pool, withoutName(query))
  }
}

export const withoutName = ({ text, values = [], types }: QueryConfig): QueryConfig => ({
  text,
  values,
  types,
})
