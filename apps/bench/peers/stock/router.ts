// https://trpc.io/docs/server/procedures; the meta for REST is https://github.com/mcampa/trpc-to-openapi#usage.
import { logIn } from './log-in.ts'
import { getTodo, listTodos } from './read-todos.ts'
import { ChangeTodo, CreateTodo, ListTodos, LogIn, Todo, TodoId, TodoPage, Tokens } from './schemas.ts'
import { protectedProcedure, publicProcedure, router } from './trpc.ts'
import { changeTodo, completeTodo, createTodo } from './write-todos.ts'

export const EXPIRES_IN = 900

const todos = router({
  get: protectedProcedure
    .meta({ openapi: { method: 'GET', path: '/todos/{id}' } })
    .input(TodoId)
    .output(Todo)
    .query(({ ctx, input }) => getTodo(ctx.ownerId, input.id)),
  list: protectedProcedure
    .meta({ openapi: { method: 'GET', path: '/todos' } })
    .input(ListTodos)
    .output(TodoPage)
    .query(({ ctx, input }) => listTodos(ctx.ownerId, input)),
  create: protectedProcedure
    .meta({ openapi: { method: 'POST', path: '/todos' } })
    .input(CreateTodo)
    .output(Todo)
    .mutation(({ ctx, input }) => createTodo(ctx.ownerId, input)),
  change: protectedProcedure
    .meta({ openapi: { method: 'PATCH', path: '/todos/{id}' } })
    .input(ChangeTodo)
    .output(Todo)
    .mutation(({ ctx, input }) => changeTodo(ctx.ownerId, input)),
  complete: protectedProcedure
    .meta({ openapi: { method: 'POST', path: '/todos/{id}/complete' } })
    .input(TodoId)
    .output(Todo)
    .mutation(({ ctx, input }) => completeTodo(ctx.ownerId, input.id)),
})

const auth = router({
  logIn: publicProcedure
    .meta({ openapi: { method: 'POST', path: '/auth/log-in', protect: false } })
    .input(LogIn)
    .output(Tokens)
    .mutation(async ({ ctx, input }) => {
      const { ownerId, sessionId, refreshToken } = await logIn(input)
      const accessToken = await ctx.sign({ sub: ownerId, sid: sessionId })
      return { tokenType: 'Bearer' as const, accessToken, expiresIn: EXPIRES_IN, refreshToken }
    }),
})

export const appRouter = router({ todos, auth })
export type AppRouter = typeof appRouter
