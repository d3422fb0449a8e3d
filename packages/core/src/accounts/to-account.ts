import type { AccountModel } from '@todo/db'
import type { Account } from './schemas.ts'

export function toAccount(row: AccountModel): Account {
  return {
    id: row.ownerId,
    email: row.email,
    displayName: row.displayName,
    timeZone: row.timeZone,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  }
}
