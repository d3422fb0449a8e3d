import * as z from 'zod'
import { DomainError } from './errors/domain-error.ts'

export const Cursor = z.string().max(2_000).meta({
  description: 'Where to go on: `nextCursor` of the answer before. Opaque; it fits the query that gave it.',
})

export const NextCursor = z
  .string()
  .nullable()
  .meta({ description: 'The `cursor` of the next page; null: this is the last page', example: null })

export const Limit = z
  .int()
  .min(1)
  .max(100)
  .default(50)
  .meta({ description: 'How many at most', example: 20 })

/** An opaque, URL-safe cursor that holds `value`. */
export function encodeCursor(value: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Reads the cursor in `member` of the input. @throws DomainError CURSOR_INVALID when `schema` refuses what it holds */
export function decodeCursor<T>(member: string, cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new DomainError('CURSOR_INVALID', {
      errors: [{ path: member, message: 'Is not a cursor of this query' }],
    })
  }
}
