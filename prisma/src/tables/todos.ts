import type { TodoModel } from '../../generated/models.ts'
import { defineTable } from './table.ts'

export const TODOS = defineTable<TodoModel>()('todos', {
  ownerId: { type: 'uuid', hidden: true, managed: true },
  id: { type: 'uuid', managed: true },
  listId: { type: 'uuid' },
  parentId: { type: 'uuid', nullable: true },
  depth: { type: 'smallint', hidden: true },
  title: { type: 'text', editable: true },
  description: { type: 'text', editable: true },
  labelIds: { type: 'uuid[]', editable: true },
  priority: { type: 'smallint', editable: true },
  start: { type: 'time', nullable: true, editable: true },
  due: { type: 'time', nullable: true, editable: true },
  position: { type: 'double precision' },
  completedAt: { type: 'timestamptz', nullable: true },
  deletedAt: { type: 'timestamptz', nullable: true },
  createdAt: { type: 'timestamptz', managed: true },
  updatedAt: { type: 'timestamptz', managed: true },
  version: { type: 'integer', managed: true },
})
