// Inputs and outputs: https://trpc.io/docs/server/validators
import { z } from 'zod'

const Id = z.uuid()

const TodoTime = z.union([
  z.object({ date: z.iso.date() }),
  z.object({ at: z.iso.datetime({ offset: true }), timeZone: z.string() }),
])
export type TodoTime = z.infer<typeof TodoTime>

const Title = z.string().trim().min(1).max(500)
const Description = z.string().max(20_000)
const Priority = z.int().min(0).max(4)

export const Todo = z.object({
  id: Id,
  listId: Id,
  parentId: Id.nullable(),
  title: z.string(),
  description: z.string(),
  labelIds: z.array(Id),
  priority: z.int(),
  start: TodoTime.nullable(),
  due: TodoTime.nullable(),
  position: z.number(),
  completedAt: z.iso.datetime().nullable(),
  deletedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.int(),
})
export type Todo = z.infer<typeof Todo>

export const TodoPage = z.object({ items: z.array(Todo), nextCursor: z.string().nullable() })

export const TodoId = z.object({ id: Id })

// trpc-to-openapi coerces query parameters, but 'false' to true; its readme shows z.preprocess for that
// (https://github.com/mcampa/trpc-to-openapi#query-parameters).
const Flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
)

export const ListTodos = z.object({
  listId: Id.optional(),
  completed: Flag.optional(),
  priority: Priority.optional(),
  text: z.string().min(1).max(200).optional(),
  sort: z.enum(['position', 'priority', 'created', 'updated']).default('position'),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: z.int().min(1).max(100).default(50),
  cursor: Id.optional(),
})
export type ListTodos = z.infer<typeof ListTodos>

export const CreateTodo = z.object({
  title: Title,
  description: Description.default(''),
  priority: Priority.default(0),
  due: TodoTime.nullish(),
  listId: Id.optional(),
})
export type CreateTodo = z.infer<typeof CreateTodo>

export const ChangeTodo = z.object({
  id: Id,
  title: Title.optional(),
  description: Description.optional(),
  priority: Priority.optional(),
  due: TodoTime.nullish(),
})
export type ChangeTodo = z.infer<typeof ChangeTodo>

export const LogIn = z.object({ email: z.email().toLowerCase(), password: z.string().min(1).max(128) })

export const Tokens = z.object({
  tokenType: z.literal('Bearer'),
  accessToken: z.string(),
  expiresIn: z.int(),
  refreshToken: z.string(),
})
