import type { ListModel } from '@todo/db'
import type { List } from './schemas.ts'

export function toList(row: ListModel): List {
  return {
    id: row.id,
    name: row.name,
    colour: row.colour,
    position: row.position,
    isInbox: row.isInbox,
    archived: row.archived,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    deletedAt: row.deletedAt?.toISOString() ?? null,
    version: row.version,
  }
}
