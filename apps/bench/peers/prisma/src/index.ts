// The queries of stock and nest. Neither framework prescribes how to use Prisma, so both share them.
export { PrismaClient } from '../generated/client/client.ts'
export { logIn } from './log-in.ts'
export { type ListTodos, getTodo, listTodos } from './read-todos.ts'
export type { Todo } from './todo.ts'
export { type ChangeTodo, type CreateTodo, changeTodo, completeTodo, createTodo } from './write-todos.ts'
