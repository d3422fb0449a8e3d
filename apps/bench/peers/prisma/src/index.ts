// How stock and nest use Prisma. Neither library has a say in it, so both call the same functions.
export { PrismaClient } from '../generated/client/client.ts'
export { logIn } from './log-in.ts'
export { type ListTodos, getTodo, listTodos } from './read-todos.ts'
export type { Todo } from './todo.ts'
export { type ChangeTodo, type CreateTodo, changeTodo, completeTodo, createTodo } from './write-todos.ts'
