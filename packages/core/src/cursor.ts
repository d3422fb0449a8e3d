import * as z from 'zod'
import { DomainError } from './errors/domain-error.ts'

export const Cursor = z.string().max(2_000).meta({
  description: 'The `nextCursor` of the previous page. Opaque, and valid only for the same query.',
})

export const NextCursor = z
  .string()
  .nullable()
  .meta({ description: 'The `cursor` of the next page; null on the last page', example: null })

export const Limit = z
  .int()
  .min(1)
  .max(100)
  .default(50)
  .meta({ description: 'Maximum number of items', example: 20 })

/** An opaque, URL-safe cursor that holds `value`. */
export function encodeCursor(value: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Reads the cursor in `member` of the input. @throws DomainError CURSOR_INVALID if its content does not match `schema` */
export function decodeCursor<T>(member: string, cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new DomainError('CURSOR_INVALID', {
      errors: [{ path: member, message: 'Must be a cursor from this query' }],
    })
  }
}
