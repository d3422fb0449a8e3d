import type { LISTS, ShapeOf } from '@todo/db'
import * as z from 'zod'
import { Colour, Id, IfVersion, Instant, NewId, Position, Version, line } from '../fields.ts'

export const ListName = line(100).meta({ description: 'Name of the list', example: 'Groceries' })

export const List = z
  .object({
    id: Id,
    name: z.string().meta({ example: 'Groceries' }),
    colour: z.string().nullable().meta({ description: 'sRGB colour, #rrggbb', example: '#2f80ed' }),
    position: Position,
    isInbox: z.boolean().meta({
      description: 'True for the Inbox: every account has one, and it cannot be deleted',
      example: false,
    }),
    archived: z.boolean().meta({ example: false }),
    createdAt: Instant,
    updatedAt: Instant,
    deletedAt: Instant.nullable().meta({ description: 'When it was moved to the trash', example: null }),
    version: Version,
  } satisfies ShapeOf<typeof LISTS>)
  .meta({ id: 'List', description: 'A list of todos' })
export type List = z.infer<typeof List>

export const ListId = z.strictObject({ id: Id })
export type ListId = z.infer<typeof ListId>

export const CreateList = z
  .strictObject({
    id: NewId.optional(),
    name: ListName,
    colour: Colour.nullish(),
  })
  .meta({ example: { name: 'Groceries', colour: '#27ae60' } })
export type CreateList = z.infer<typeof CreateList>

export const ChangeList = z
  .strictObject({
    id: Id,
    name: ListName.optional(),
    colour: Colour.nullish(),
    archived: z.boolean().optional(),
    ifVersion: IfVersion,
  })
  .meta({ example: { name: 'Shopping' } })
export type ChangeList = z.infer<typeof ChangeList>

export const MoveList = z
  .strictObject({
    id: Id,
    afterId: Id.nullable().meta({ description: 'Place it after this list; null: first' }),
  })
  .meta({ example: { afterId: null } })
export type MoveList = z.infer<typeof MoveList>

export const ListLists = z.strictObject({
  archived: z
    .boolean()
    .optional()
    .meta({ description: '`true`: only archived lists; `false`: only lists that are not archived' }),
  deleted: z
    .boolean()
    .default(false)
    .meta({ description: '`true`: only lists in the trash; otherwise only lists that are not in the trash' }),
})
export type ListLists = z.infer<typeof ListLists>
