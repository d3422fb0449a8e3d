import * as z from 'zod'
import { Limit } from '../cursor.ts'
import { Id, Instant, Version } from '../fields.ts'

const Fields = z.record(z.string(), z.unknown()).nullable()

const Actor = z
  .object({
    kind: z
      .enum(['user', 'system'])
      .meta({ description: '`user`: an account; `system`: a background job of the service' }),
    id: Id.nullable().meta({ description: 'The account that acted; null for `system`' }),
  })
  .meta({ id: 'Actor', description: 'The user or background job that made a change' })

export const Change = z
  .object({
    entity: z.enum(['account', 'list', 'todo', 'label']).meta({ example: 'todo' }),
    entityId: Id,
    listId: Id.nullable().meta({
      description: 'The changed list, or the list of the changed todo; null for accounts and labels',
    }),
    op: z.enum(['create', 'update', 'delete']).meta({
      description: '`delete` means deleted for good; a move to the trash is an `update` of `deletedAt`',
      example: 'update',
    }),
    version: Version,
    groupId: Id.meta({ description: 'The same for all changes made by one call' }),
    actor: Actor,
    at: Instant,
    before: Fields.meta({
      description: 'The changed fields before the change',
      example: { title: 'Buy milk' },
    }),
    after: Fields.meta({
      description: 'The changed fields after the change',
      example: { title: 'Buy oat milk' },
    }),
  })
  .meta({ id: 'Change', description: 'One change to an account, list, todo or label' })
export type Change = z.infer<typeof Change>

export const ListChanges = z.strictObject({
  since: z.string().max(2_000).optional().meta({
    description:
      'The `nextCursor` of an earlier response. Without it, the response has no items, only the cursor to start from.',
  }),
  limit: Limit,
})
export type ListChanges = z.infer<typeof ListChanges>

export const ChangePage = z
  .object({
    items: z.array(Change),
    nextCursor: z.string().meta({
      description: 'The `since` of the next call; never null',
      example: 'WyIwMTk5ZjBjNSIsNDJd',
    }),
    hasMore: z.boolean().meta({ description: 'True if there are more changes to read now', example: false }),
  })
  .meta({ id: 'ChangePage', description: 'The changes since a cursor, in order' })
export type ChangePage = z.infer<typeof ChangePage>
