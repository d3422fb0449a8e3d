import type { LabelModel } from '../../generated/models.ts'
import { defineTable } from './table.ts'

export const LABELS = defineTable<LabelModel>()('labels', {
  ownerId: { type: 'uuid', hidden: true, managed: true },
  id: { type: 'uuid', managed: true },
  name: { type: 'text', editable: true },
  colour: { type: 'text', nullable: true, editable: true },
  createdAt: { type: 'timestamptz', managed: true },
  updatedAt: { type: 'timestamptz', managed: true },
  version: { type: 'integer', managed: true },
})
