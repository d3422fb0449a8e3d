import type { AccountModel } from '../../generated/models.ts'
import { defineTable } from './table.ts'

export const ACCOUNTS = defineTable<AccountModel>()('accounts', {
  id: { type: 'uuid', managed: true, field: 'ownerId' },
  email: { type: 'text' },
  displayName: { type: 'text', editable: true },
  timeZone: { type: 'text', editable: true },
  passwordHash: { type: 'text', hidden: true },
  createdAt: { type: 'timestamptz', managed: true },
  updatedAt: { type: 'timestamptz', managed: true },
  version: { type: 'integer', managed: true },
})
