// https://trpc.io/docs/server/procedures; the meta for REST is https://github.com/mcampa/trpc-to-openapi#usage.
import { changeTodo, completeTodo, createTodo, getTodo, listTodos, logIn } from '@todo-bench/prisma'
import { TRPCError } from '@trpc/server'
import { prisma } from './prisma.ts'
import { ChangeTodo, CreateTodo, ListTodos, LogIn, Todo, TodoId, TodoPage, Tokens } from './schemas.ts'
import { protectedProcedure, publicProcedure, router } from './trpc.ts'

export const EXPIRES_IN = 900

const todos = router({
  get: protectedProcedure
    .meta({ openapi: { method: 'GET', path: '/todos/{id}' } })
    .input(TodoId)
    .output(Todo)
    .query(async ({ ctx, input }) => found(await getTodo(prisma, ctx.ownerId, input.id))),
  list: protectedProcedure
    .meta({ openapi: { method: 'GET', path: '/todos' } })
    .input(ListTodos)
    .output(TodoPage)
    .query(({ ctx, input }) => listTodos(prisma, ctx.ownerId, input)),
  create: protectedProcedure
    .meta({ openapi: { method: 'POST', path: '/todos' } })
    .input(CreateTodo)
    .output(Todo)
    .mutation(async ({ ctx, input }) => found(await createTodo(prisma, ctx.ownerId, input))),
  change: protectedProcedure
    .meta({ openapi: { method: 'PATCH', path: '/todos/{id}' } })
    .input(ChangeTodo)
    .output(Todo)
    .mutation(async ({ ctx, input }) => found(await changeTodo(prisma, ctx.ownerId, input))),
  complete: protectedProcedure
    .meta({ openapi: { method: 'POST', path: '/todos/{id}/complete' } })
    .input(TodoId)
    .output(Todo)
    .mutation(async ({ ctx, input }) => found(await completeTodo(prisma, ctx.ownerId, input.id))),
})

function found(todo: Todo | undefined): Todo {
  if (!todo) throw new TRPCError({ code: 'NOT_FOUND' })
  return todo
}

const auth = router({
  logIn: publicProcedure
    .meta({ openapi: { method: 'POST', path: '/auth/log-in', protect: false } })
    .input(LogIn)
    .output(Tokens)
    .mutation(async ({ ctx, input }) => {
      const session = await logIn(prisma, input.email, input.password)
      if (!session) throw new TRPCError({ code: 'UNAUTHORIZED' })
      const { ownerId, sessionId, refreshToken } = session
      const accessToken = await ctx.sign({ sub: ownerId, sid: sessionId })
      return { tokenType: 'Bearer' as const, accessToken, expiresIn: EXPIRES_IN, refreshToken }
    }),
})

export const appRouter = router({ todos, auth })
export type AppRouter = typeof appRouter
