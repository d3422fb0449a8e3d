// https://hono.dev/examples/zod-openapi
import { createRoute } from '@hono/zod-openapi'
import type { z } from 'zod'
import { ChangeTodo, CreateTodo, ListTodos, LogIn, Todo, TodoId, TodoPage, Tokens } from './schemas.ts'

const security = [{ Bearer: [] }]

const json = <T extends z.ZodType>(schema: T) => ({ content: { 'application/json': { schema } } })
const answer = <T extends z.ZodType>(schema: T, description: string) => ({ ...json(schema), description })
const body = <T extends z.ZodType>(schema: T) => ({ ...json(schema), required: true })

export const get = createRoute({
  method: 'get',
  path: '/todos/{id}',
  security,
  request: { params: TodoId },
  responses: { 200: answer(Todo, 'The todo') },
})

export const list = createRoute({
  method: 'get',
  path: '/todos',
  security,
  request: { query: ListTodos },
  responses: { 200: answer(TodoPage, 'A page of todos') },
})

export const create = createRoute({
  method: 'post',
  path: '/todos',
  security,
  request: { body: body(CreateTodo) },
  responses: { 201: answer(Todo, 'The new todo') },
})

export const change = createRoute({
  method: 'patch',
  path: '/todos/{id}',
  security,
  request: { params: TodoId, body: body(ChangeTodo) },
  responses: { 200: answer(Todo, 'The todo as it is now') },
})

export const complete = createRoute({
  method: 'post',
  path: '/todos/{id}/complete',
  security,
  request: { params: TodoId },
  responses: { 200: answer(Todo, 'The todo as it is now') },
})

export const logIn = createRoute({
  method: 'post',
  path: '/auth/log-in',
  request: { body: body(LogIn) },
  responses: { 200: answer(Tokens, 'A session') },
})
