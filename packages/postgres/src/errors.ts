import { DatabaseError } from 'pg'

// P1001 unreachable, P1002 timed out, P1008 operation timed out, P1017 connection closed, P2024 no free connection,
// P2028 no transaction in time, P2034 deadlock or write conflict
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034'])
// Class 08 connection exceptions, 53 insufficient resources, 57 operator intervention (statement timeout, shutdown),
// 55P03 lock timeout, 40P01 deadlock, 40001 serialization failure (on a standby also a conflict with
// replay), 25006 read-only (a standby)
const SQLSTATE = /^(08...|53...|57...|55P03|40P01|40001|25006)$/
// Node's network errors, which `pg` passes on: no server listens there or the address is wrong; the connection broke.
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
const BROKEN = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT)$/
const PG_POOL =
  /timeout exceeded when trying to connect|timeout expired|Connection terminated|not queryable|Query read timeout|after calling end on the pool/

/** True if Postgres cancelled the statement because of statement_timeout. */
export const isStatementTimeout = (error: unknown) => error instanceof Error && sqlStateOf(error) === '57014'

/** True if no server can be reached at the database's address. */
export const isUnreachable = (error: unknown) => error instanceof Error && UNREACHABLE.test(sqlStateOf(error))

/** True if the database is temporarily unavailable, so that a retry makes sense. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'PrismaClientInitializationError') return true
  if (isKnownToPrisma(error)) return PRISMA_CODES.has(error.code) || SQLSTATE.test(sqlStateOf(error))
  const code = sqlStateOf(error)
  return PG_POOL.test(error.message) || SQLSTATE.test(code) || UNREACHABLE.test(code) || BROKEN.test(code)
}

/** The SQLSTATE of an error of `pg` or Prisma; '' if it has none. */
export function sqlStateOf(error: Error): string {
  if ('meta' in error) {
    const meta = error.meta as
      | { code?: unknown; driverAdapterError?: { cause?: { originalCode?: unknown } } }
      | undefined
    return String(meta?.driverAdapterError?.cause?.originalCode ?? meta?.code ?? '')
  }
  return 'code' in error ? String(error.code) : ''
}

export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (isKnownToPrisma(error) && error.code === 'P2002') || sqlStateOf(error) === '23505'
}

/** Checks the name, because this package does not import Prisma's client. */
const isKnownToPrisma = (error: Error): error is Error & { code: string } =>
  error.name === 'PrismaClientKnownRequestError'

/** Postgres rejected the statement; the connection stays usable. */
export const isRefusal = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && error.severity === 'ERROR'

/**
 * A migration has changed the result columns of a prepared statement: 'cached plan must not change result type'. The
 * statement has not run. Its code, 0A000, also covers every feature that Postgres does not support.
 */
export const isStalePlan = (error: unknown) => isRefusal(error) && error.routine === 'RevalidateCachedQuery'

/** The statement is not prepared on this connection, because the Parse of an earlier query failed. */
export const isLostStatement = (error: unknown) => isRefusal(error) && error.code === '26000'
