import { poolConfig } from './connection.ts'

export type UserError = { code: string | undefined; message: string }

/** Maps an error to Prisma's code and message: https://www.prisma.io/docs/orm/reference/error-reference */
export function toUserError(error: unknown, url: string | undefined): UserError {
  const { code, message } = unwrap(error)
  const { database, host, port, user } = url === undefined ? {} : poolConfig(url)
  switch (code) {
    case '3D000':
      return { code: 'P1003', message: `Database \`${database}\` does not exist` }
    case '28P01':
      return {
        code: 'P1000',
        message: `Authentication failed against database server, the provided database credentials for \`${user}\` are not valid.`,
      }
    case '42P04':
      return { code: 'P1009', message: `Database \`${database}\` already exists` }
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return { code: 'P1001', message: `Can't reach database server at \`${host}:${port}\`` }
    default:
      return { code: code !== undefined && /^P\d{4}$/.test(code) ? code : undefined, message }
  }
}

function unwrap(error: unknown): { code: string | undefined; message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) }
  const cause = error.cause as { originalCode?: string; originalMessage?: string } | undefined
  if (cause?.originalCode)
    return { code: cause.originalCode, message: cause.originalMessage ?? error.message }
  return { code: 'code' in error ? String(error.code) : undefined, message: error.message }
}
