import type { RunStatement, Statement } from '@todo/postgres'
import type { DbTransaction } from './create-database.ts'

/** Runs statements in a transaction of Prisma. Values have the same form as outside of one. */
export function runIn(transaction: DbTransaction): RunStatement {
  return async <Row>({ text, values }: Statement<Row>) => {
    const rows = await transaction.$queryRawUnsafe<Record<string, unknown>[]>(text, ...values)
    return rows.map(withInstants) as Row[]
  }
}

const withInstants = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  )
