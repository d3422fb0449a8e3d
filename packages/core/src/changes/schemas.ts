import * as z from 'zod'
import { Limit } from '../cursor.ts'
import { Id, Instant, Version } from '../fields.ts'

const Fields = z.record(z.string(), z.unknown()).nullable()

const Actor = z
  .object({
    kind: z.enum(['user', 'system']).meta({ description: '`system`: a job of the service' }),
    id: Id.nullable().meta({ description: 'The account that acted; null for `system`' }),
  })
  .meta({ id: 'Actor', description: 'Who made a change' })

export const Change = z
  .object({
    entity: z.enum(['account', 'list', 'todo', 'label']).meta({ example: 'todo' }),
    entityId: Id,
    listId: Id.nullable().meta({ description: 'The list that it happened in' }),
    op: z.enum(['create', 'update', 'delete']).meta({
      description: '`delete`: it is gone for good; a move to the trash is an `update` of `deletedAt`',
      example: 'update',
    }),
    version: Version,
    groupId: Id.meta({ description: 'The same for all changes that one call made' }),
    actor: Actor,
    at: Instant,
    before: Fields.meta({
      description: 'The changed members before the change',
      example: { title: 'Buy milk' },
    }),
    after: Fields.meta({
      description: 'The changed members after the change',
      example: { title: 'Buy oat milk' },
    }),
  })
  .meta({ id: 'Change', description: 'One write, as others can follow it' })
export type Change = z.infer<typeof Change>

export const ListChanges = z.strictObject({
  since: z.string().max(2_000).optional().meta({
    description: 'A cursor of an earlier answer. Without it: no items, only the cursor to start from.',
  }),
  limit: Limit,
})
export type ListChanges = z.infer<typeof ListChanges>

export const ChangePage = z
  .object({
    items: z.array(Change),
    nextCursor: z.string().meta({
      description: 'The `since` of the next call; there always is one',
      example: 'WyIwMTk5ZjBjNSIsNDJd',
    }),
    hasMore: z.boolean().meta({ description: 'Whether there are more changes right now', example: false }),
  })
  .meta({ id: 'ChangePage', description: 'What happened since a cursor, in order' })
export type ChangePage = z.infer<typeof ChangePage>
