import { Prisma } from '@todo/db'

/** The SQLSTATE of an error from `pg` or from Prisma's driver adapter; '' if it has none. */
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
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return true
  return error instanceof Error && sqlStateOf(error) === '23505'
}
