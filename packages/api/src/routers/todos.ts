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
          'Returns a page of the todos that match all filters. For the next page, repeat the query with `cursor` set to `nextCursor`, until `nextCursor` is null. If todos change while you read pages, a todo whose place in the order changes may be repeated or skipped; others are not.',
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
        description: 'Returns a todo, even if it is in the trash.',
      },
      rest: { etag: 'version' },
      errors: ['TODO_NOT_FOUND'],
    })
    .input(TodoId)
    .output(trustedOutput(Todo))
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
          'Creates a todo at the end of the list `listId`, of the subtasks of `parentId`, or of the Inbox if neither is given.',
      },
      rest: { status: 201, location: '/todos/{id}', etag: 'version' },
      errors: ['LIST_NOT_FOUND', 'TODO_NOT_FOUND', 'ID_TAKEN'],
    })
    .input(CreateTodo)
    .output(trustedOutput(Todo))
    .mutation(({ ctx, input }) => createTodo(ctx, input)),

  change: authedProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/todos/{id}',
        tags,
        protect: true,
        summary: 'Change a todo',
        description: 'Accepts a JSON merge patch: absent fields do not change, and null clears a field.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion', mergePatch: true },
      errors: ['TODO_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(ChangeTodo)
    .output(trustedOutput(Todo))
    .mutation(({ ctx, input }) => changeTodo(ctx, input)),

  complete: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/complete',
        tags,
        protect: true,
        summary: 'Complete a todo',
        description:
          'Marks a todo as completed. Its subtasks do not change. A todo that is already completed keeps its `completedAt`.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion' },
      errors: ['TODO_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(TodoIdIfVersion)
    .output(trustedOutput(Todo))
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
    .output(trustedOutput(Todo))
    .mutation(({ ctx, input }) => reopenTodo(ctx, input)),

  move: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/move',
        tags,
        protect: true,
        summary: 'Move or reorder a todo',
        description: 'Moves a todo with its subtasks to another list, parent or position among its siblings.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion' },
      errors: ['TODO_NOT_FOUND', 'LIST_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(MoveTodo)
    .output(trustedOutput(Todo))
    .mutation(({ ctx, input }) => moveTodo(ctx, input)),

  delete: authedProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/todos/{id}',
        tags,
        protect: true,
        summary: 'Move a todo to the trash',
        description: 'Moves a todo and its subtasks to the trash. Restoring the todo also restores them.',
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
        description: 'Moves a todo out of the trash, with the subtasks that were deleted along with it.',
      },
      rest: { etag: 'version' },
      errors: ['TODO_NOT_FOUND', 'PARENT_DELETED'],
    })
    .input(TodoId)
    .output(trustedOutput(Todo))
    .mutation(({ ctx, input }) => restoreTodo(ctx, input)),

  purge: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/todos/{id}/purge',
        tags,
        protect: true,
        summary: 'Delete a todo for good',
        description: 'Permanently deletes a todo that is in the trash, with its subtasks.',
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
        summary: 'Run several operations at once',
        description:
          'Runs up to 100 operations in order. If one fails, none of them takes effect, and `errors` has the index of the operation that failed: `operations.3.title` is the title of the fourth.',
      },
      errors: ['TODO_NOT_FOUND', 'LIST_NOT_FOUND', 'ID_TAKEN', 'PARENT_DELETED', 'VERSION_MISMATCH'],
    })
    .input(BulkTodos)
    .output(trustedOutput(BulkResult))
    .mutation(({ ctx, input }) => bulkTodos(ctx, input)),
})
