import type { ListModel } from '../../generated/models.ts'
import { defineTable } from './table.ts'

export const LISTS = defineTable<ListModel>()('lists', {
  ownerId: { type: 'uuid', hidden: true, managed: true },
  id: { type: 'uuid', managed: true },
  name: { type: 'text', editable: true },
  colour: { type: 'text', nullable: true, editable: true },
  position: { type: 'double precision' },
  isInbox: { type: 'boolean', managed: true },
  archived: { type: 'boolean', editable: true },
  createdAt: { type: 'timestamptz', managed: true },
  updatedAt: { type: 'timestamptz', managed: true },
  deletedAt: { type: 'timestamptz', nullable: true },
  version: { type: 'integer', managed: true },
})
