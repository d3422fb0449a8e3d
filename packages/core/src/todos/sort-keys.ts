import * as z from 'zod'
import { text } from '../fields.ts'
import type { ListTodos, TodoSort } from './schemas.ts'

const TIME = /^(\d{4,5})-(\d\d)-(\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(\+00)?$/

/** True for a time as Postgres prints it, which Postgres can read back. */
function isTime(key: string): boolean {
  if (key === 'infinity') return true
  const [year = 0, month = 0, day = 0] = TIME.exec(key)?.slice(1, 4).map(Number) ?? []
  const date = new Date(Date.UTC(year, month - 1, day))
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const Time = z.string().refine(isTime)

/**
 * The key of each sort order. An index ends in the same expression. `type` casts the text of a cursor to a key; `schema`
 * accepts only text that the cast accepts.
 */
export const SORT_KEYS = {
  position: {
    key: 't.position',
    type: 'double precision',
    // Converted to a number and back: Postgres rejects numbers that JavaScript rounds to zero.
    schema: z.string().max(30).transform(Number).pipe(z.number()).transform(String),
  },
  due: { key: 'due_order(t.due_date, t.due_at, t.due_zone)', type: 'timestamp', schema: Time },
  priority: { key: 't.priority', type: 'smallint', schema: z.string().regex(/^[0-4]$/) },
  created: { key: 't.created_at', type: 'timestamptz', schema: Time },
  updated: { key: 't.updated_at', type: 'timestamptz', schema: Time },
  title: {
    key: 't.title COLLATE "und-x-icu"',
    type: 'text COLLATE "und-x-icu"',
    schema: text(0, 500),
  },
} as const satisfies Record<TodoSort, { key: string; type: string; schema: z.ZodType<string> }>

type CursorSchema = z.ZodType<[string, string, string, string]>

// Created once: creating a Zod schema takes longer than reading a page.
const CURSORS = new Map<string, CursorSchema>(
  Object.entries(SORT_KEYS).flatMap(([sort, { schema }]) =>
    ['asc', 'desc'].map((order) => [
      `${sort} ${order}`,
      z.tuple([z.literal(sort), z.literal(order), schema, z.uuid()]),
    ]),
  ),
)

/** The schema of a cursor of this order: the order, and the key and id of the last row. */
export function cursorSchema({ sort, order }: Pick<ListTodos, 'sort' | 'order'>): CursorSchema {
  const schema = CURSORS.get(`${sort} ${order}`)
  if (!schema) throw new Error(`there is no order ${sort} ${order}`)
  return schema
}
