import type { LABELS, ShapeOf } from '@todo/db'
import * as z from 'zod'
import { Colour, Id, IfVersion, Instant, NewId, Version, line } from '../fields.ts'

export const LabelName = line(60).meta({
  description: 'Name of the label; unique within the account, ignoring case',
  example: 'errand',
})

export const Label = z
  .object({
    id: Id,
    name: z.string().meta({ example: 'errand' }),
    colour: z.string().nullable().meta({ description: 'sRGB colour, #rrggbb', example: '#27ae60' }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Version,
  } satisfies ShapeOf<typeof LABELS>)
  .meta({ id: 'Label', description: 'A label for todos' })
export type Label = z.infer<typeof Label>

export const LabelId = z.strictObject({ id: Id })
export type LabelId = z.infer<typeof LabelId>

export const CreateLabel = z
  .strictObject({
    id: NewId.optional(),
    name: LabelName,
    colour: Colour.nullish(),
  })
  .meta({ example: { name: 'errand', colour: '#f2994a' } })
export type CreateLabel = z.infer<typeof CreateLabel>

export const ChangeLabel = z
  .strictObject({
    id: Id,
    name: LabelName.optional(),
    colour: Colour.nullish(),
    ifVersion: IfVersion,
  })
  .meta({ example: { name: 'errands' } })
export type ChangeLabel = z.infer<typeof ChangeLabel>
