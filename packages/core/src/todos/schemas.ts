import type { TODOS, ShapeOf } from '@todo/db'
import * as z from 'zod'
import { Cursor, Limit, NextCursor } from '../cursor.ts'
import {
  Id,
  IfVersion,
  Instant,
  NewId,
  Position,
  TimeZone,
  Version,
  line,
  text,
  withoutExample,
} from '../fields.ts'

// Postgres has no year 0, and west of Greenwich the first day of year 1 is still in it.
const EARLIEST = Date.parse('0001-01-02T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')

const Day = z.iso
  .date('Must be a day such as 2026-12-24')
  .refine((day) => !day.startsWith('0000'), 'Must be in the year 1 or later')
  .meta({ description: 'A calendar day, independent of time zones', example: '2026-12-24' })

export const TodoTime = z
  .union(
    [
      z.strictObject({ date: Day }),
      z.strictObject({
        at: z.iso
          .datetime({ offset: true, error: 'Must be an RFC 3339 instant such as 2026-12-24T17:00:00Z' })
          .refine(
            (at) => Date.parse(at) >= EARLIEST && Date.parse(at) <= LATEST,
            'Must be between the years 1 and 9999',
          )
          .meta({ description: 'RFC 3339 instant', example: '2026-12-24T17:00:00Z' }),
        timeZone: TimeZone,
      }),
    ],
    'Must be a date such as {"date":"2026-12-24"} or an instant such as {"at":"2026-12-24T17:00:00Z","timeZone":"Europe/Berlin"}',
  )
  .meta({
    id: 'TodoTime',
    description: 'Either a date without a time, or an instant with the time zone it was entered in',
    examples: [{ date: '2026-12-24' }, { at: '2026-12-24T17:00:00Z', timeZone: 'Europe/Berlin' }],
  })
export type TodoTime = z.infer<typeof TodoTime>

export const Title = line(500).meta({ description: 'What needs to be done', example: 'Buy oat milk' })
const Description = text(0, 20_000).meta({ description: 'Markdown', example: 'The **barista** one' })
const Priority = z
  .int()
  .min(0)
  .max(4)
  .meta({ description: '0 none, 1 low, 2 medium, 3 high, 4 urgent', example: 2 })
const LabelIds = z
  .array(Id)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, 'Must not contain a label twice')
  .meta({ description: 'Ids of its labels', example: [] })

export const Todo = z
  .object({
    id: Id,
    listId: Id,
    parentId: Id.nullable().meta({ description: 'The parent todo, if this is a subtask', example: null }),
    title: z.string().meta({ example: 'Buy oat milk' }),
    description: z.string().meta({ description: 'Markdown', example: 'The **barista** one' }),
    labelIds: z.array(Id).max(50).meta({ description: 'Ids of its labels', example: [] }),
    priority: Priority,
    start: TodoTime.nullable().meta({ description: 'When work on it starts', example: null }),
    due: TodoTime.nullable().meta({ description: 'When it must be done' }),
    position: Position,
    completedAt: Instant.nullable().meta({ description: 'When it was completed', example: null }),
    deletedAt: Instant.nullable().meta({ description: 'When it was moved to the trash', example: null }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Version,
  } satisfies ShapeOf<typeof TODOS>)
  .meta({ id: 'Todo', description: 'A task in a list; may have subtasks' })
export type Todo = z.infer<typeof Todo>

export const TodoId = z.strictObject({ id: Id })
export type TodoId = z.infer<typeof TodoId>

export const TodoIdIfVersion = z.strictObject({ id: Id, ifVersion: IfVersion })
export type TodoIdIfVersion = z.infer<typeof TodoIdIfVersion>

export const CreateTodo = z
  .strictObject({
    id: NewId.optional(),
    listId: Id.optional().meta({ description: "The list; default: the parent's list, or the Inbox" }),
    parentId: Id.nullish().meta({
      description: 'Creates it as a subtask of this todo; three levels at most',
    }),
    title: Title,
    description: Description.default(''),
    labelIds: LabelIds.default([]),
    priority: Priority.default(0),
    start: TodoTime.nullish(),
    due: TodoTime.nullish(),
  })
  .meta({ example: { title: 'Buy oat milk', priority: 2, due: { date: '2026-12-24' } } })
export type CreateTodo = z.infer<typeof CreateTodo>

export const ChangeTodo = z
  .strictObject({
    id: Id,
    title: Title.optional(),
    description: Description.optional(),
    labelIds: LabelIds.optional(),
    priority: Priority.optional(),
    start: TodoTime.nullish(),
    due: TodoTime.nullish(),
    ifVersion: IfVersion,
  })
  .meta({ example: { title: 'Buy two oat milks', due: null } })
export type ChangeTodo = z.infer<typeof ChangeTodo>

export const MoveTodo = z
  .strictObject({
    id: Id,
    listId: Id.optional().meta({ description: 'The list to move to; absent: the list does not change' }),
    parentId: Id.nullish().meta({
      description:
        'The new parent; null: none; absent: the parent does not change, or is removed if the list changes',
    }),
    afterId: Id.nullish().meta({ description: 'Place it after this sibling; null: first; absent: last' }),
    ifVersion: IfVersion,
  })
  .meta({ example: { afterId: null } })
export type MoveTodo = z.infer<typeof MoveTodo>

export const TodoSort = z.enum(['position', 'due', 'priority', 'created', 'updated', 'title'])
export type TodoSort = z.infer<typeof TodoSort>

export const ListTodos = z.strictObject({
  listId: withoutExample(Id).optional().meta({ description: 'Only todos of this list' }),
  parentId: withoutExample(Id).optional().meta({ description: 'Only the subtasks of this todo' }),
  labelId: withoutExample(Id).optional().meta({ description: 'Only todos with this label' }),
  priority: withoutExample(Priority).optional().meta({
    description: 'Only todos of this priority: 0 none, 1 low, 2 medium, 3 high, 4 urgent',
  }),
  completed: z
    .boolean()
    .optional()
    .meta({ description: '`true`: only completed todos; `false`: only open todos' }),
  deleted: z
    .boolean()
    .default(false)
    .meta({ description: '`true`: only todos in the trash; otherwise only todos that are not in the trash' }),
  due: z.enum(['overdue', 'today', 'upcoming']).optional().meta({
    description:
      "In the account's time zone. `overdue`: due before now (a date: before today); `today`: due today; `upcoming`: due after today",
  }),
  dueFrom: withoutExample(Day)
    .optional()
    .meta({ description: "Only todos due on or after this day, in the account's time zone" }),
  dueTo: withoutExample(Day)
    .optional()
    .meta({ description: "Only todos due on or before this day, in the account's time zone" }),
  text: text(1, 200).optional().meta({
    description: 'Words or beginnings of words in the title or description; case and accents do not matter',
  }),
  sort: TodoSort.default('position').meta({
    description:
      'What to sort by. Sorted by `due`, todos without a due date come last in ascending order, and first in descending order',
  }),
  order: z
    .enum(['asc', 'desc'])
    .default('asc')
    .meta({ description: 'Sort direction: ascending or descending' }),
  limit: Limit,
  cursor: Cursor.optional(),
})
export type ListTodos = z.infer<typeof ListTodos>

export const TodoPage = z
  .object({ items: z.array(Todo), nextCursor: NextCursor })
  .meta({ id: 'TodoPage', description: 'A page of todos' })
export type TodoPage = z.infer<typeof TodoPage>

export const BulkOperation = z.discriminatedUnion('op', [
  CreateTodo.extend({ op: z.literal('create') }),
  ChangeTodo.extend({ op: z.literal('change') }),
  TodoIdIfVersion.extend({ op: z.literal('complete') }),
  TodoIdIfVersion.extend({ op: z.literal('reopen') }),
  MoveTodo.extend({ op: z.literal('move') }),
  TodoIdIfVersion.extend({ op: z.literal('delete') }),
  TodoId.extend({ op: z.literal('restore') }),
])
export type BulkOperation = z.infer<typeof BulkOperation>

export const BulkTodos = z
  .strictObject({
    operations: z
      .array(BulkOperation)
      .min(1)
      .max(100)
      .meta({ description: 'Run in order; if one fails, none of them takes effect' }),
  })
  .meta({ example: { operations: [{ op: 'create', title: 'Buy oat milk' }] } })
export type BulkTodos = z.infer<typeof BulkTodos>

export const BulkResult = z
  .object({ items: z.array(Todo).meta({ description: 'The todo after each operation, in the same order' }) })
  .meta({ id: 'BulkResult' })
export type BulkResult = z.infer<typeof BulkResult>

const Count = z.int().min(0).meta({ example: 3 })

export const Counts = z
  .object({
    lists: z.array(z.object({ listId: Id, open: Count, completed: Count })),
    today: Count.meta({ description: 'Open todos that are due today' }),
    upcoming: Count.meta({ description: 'Open todos that are due after today' }),
    overdue: Count.meta({ description: 'Open todos that were due before now' }),
  })
  .meta({ id: 'Counts', description: 'The number of todos per list and per smart view' })
export type Counts = z.infer<typeof Counts>
