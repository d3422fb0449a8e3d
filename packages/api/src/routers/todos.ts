import {
  BulkResult,
  BulkTodos,
  ChangeTodo,
  CreateTodo,
  ListTodos,
  MoveTodo,
  Todo,
  TodoId,
  TodoIdIfVersion,
  TodoPage,
  bulkTodos,
  changeTodo,
  completeTodo,
  createTodo,
  deleteTodo,
  getTodo,
  listTodos,
  moveTodo,
  purgeTodo,
  reopenTodo,
  restoreTodo,
} from '@todo/core'
import { trustedOutput } from 'fastify-trpc'
import * as z from 'zod'
import { authedProcedure, router } from '../trpc.ts'

const tags = ['todos']

export const todosRouter = router({
  list: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/todos',
        tags,
        protect: true,
        summary: 'List and search todos',
        description:
          'For the next page, send `nextCursor` as `cursor` with the same query, until it is null. A todo must match all filters. Writes between two pages neither repeat nor skip todos, except those that they move.',
      },
      errors: ['CURSOR_INVALID', 'ACCOUNT_NOT_FOUND'],
    })
    .input(ListTodos)
    .output(trustedOutput(TodoPage))
    .query(({ ctx, input }) => listTodos(ctx, input)),

  get: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/todos/{id}',
        tags,
        protect: true,
        summary: 'Read a todo',
        description: 'Returns a todo, also one in the trash.',
      },
      rest: { etag: 'version' },
      errors: ['TODO_NOT_FOUND'],
    })
    .input(TodoId)
    .output(Todo)
    .query(({ ctx, input }) => getTodo(ctx, input)),

  create: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos',
        tags,
        protect: true,
        summary: 'Create a todo',
        description:
          'Creates a todo at the end of a list: that of `listId` or `parentId`, or the Inbox without them.',
      },
      rest: { status: 201, location: '/todos/{id}', etag: 'version' },
      errors: ['LIST_NOT_FOUND', 'TODO_NOT_FOUND', 'ID_TAKEN'],
    })
    .input(CreateTodo)
    .output(Todo)
    .mutation(({ ctx, input }) => createTodo(ctx, input)),

  change: authedProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/todos/{id}',
        tags,
        protect: true,
        summary: 'Change a todo',
        description: 'Takes a JSON merge patch: absent members stay, null clears.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion', mergePatch: true },
      errors: ['TODO_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(ChangeTodo)
    .output(Todo)
    .mutation(({ ctx, input }) => changeTodo(ctx, input)),

  complete: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/complete',
        tags,
        protect: true,
        summary: 'Complete a todo',
        description: 'Subtasks stay as they are. A todo that is completed keeps its `completedAt`.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion' },
      errors: ['TODO_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(TodoIdIfVersion)
    .output(Todo)
    .mutation(({ ctx, input }) => completeTodo(ctx, input)),

  reopen: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/reopen',
        tags,
        protect: true,
        summary: 'Reopen a todo',
        description: 'Marks a completed todo as open again.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion' },
      errors: ['TODO_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(TodoIdIfVersion)
    .output(Todo)
    .mutation(({ ctx, input }) => reopenTodo(ctx, input)),

  move: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/move',
        tags,
        protect: true,
        summary: 'Move or reorder a todo',
        description:
          'Moves a todo to another list, parent or position among its siblings, with its subtasks.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion' },
      errors: ['TODO_NOT_FOUND', 'LIST_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(MoveTodo)
    .output(Todo)
    .mutation(({ ctx, input }) => moveTodo(ctx, input)),

  delete: authedProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/todos/{id}',
        tags,
        protect: true,
        summary: 'Move a todo to the trash',
        description: 'Its subtasks go to the trash with it and can be restored with it.',
      },
      rest: { ifMatch: 'ifVersion' },
      errors: ['TODO_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(TodoIdIfVersion)
    .output(z.void())
    .mutation(async ({ ctx, input }) => void (await deleteTodo(ctx, input))),

  restore: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/restore',
        tags,
        protect: true,
        summary: 'Restore a todo',
        description: 'Takes a todo out of the trash, with the subtasks that were deleted with it.',
      },
      rest: { etag: 'version' },
      errors: ['TODO_NOT_FOUND', 'PARENT_DELETED'],
    })
    .input(TodoId)
    .output(Todo)
    .mutation(({ ctx, input }) => restoreTodo(ctx, input)),

  purge: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/purge',
        tags,
        protect: true,
        summary: 'Delete a todo for good',
        description: 'Deletes a todo in the trash and its subtasks.',
      },
      errors: ['TODO_NOT_FOUND'],
    })
    .input(TodoId)
    .output(z.void())
    .mutation(({ ctx, input }) => purgeTodo(ctx, input)),

  bulk: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/bulk',
        tags,
        protect: true,
        summary: 'Run many operations',
        description:
          'Runs up to 100 operations in order, all or none. An error names its operation in `errors`: `operations.3.title`.',
      },
      errors: ['TODO_NOT_FOUND', 'LIST_NOT_FOUND', 'ID_TAKEN', 'PARENT_DELETED', 'VERSION_MISMATCH'],
    })
    .input(BulkTodos)
    .output(trustedOutput(BulkResult))
    .mutation(({ ctx, input }) => bulkTodos(ctx, input)),
})
