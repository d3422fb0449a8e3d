import {
  ChangeList,
  CreateList,
  IfVersion,
  List,
  ListId,
  ListLists,
  MoveList,
  changeList,
  createList,
  deleteList,
  getList,
  listLists,
  moveList,
  purgeList,
  restoreList,
} from '@todo/core'
import * as z from 'zod'
import { authedProcedure, router } from '../trpc.ts'

const tags = ['lists']

export const listsRouter = router({
  list: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/lists',
        tags,
        protect: true,
        summary: 'List all lists',
        description: 'Returns all lists in order. An account can have at most 500.',
      },
    })
    .input(ListLists)
    .output(z.object({ items: z.array(List) }).meta({ id: 'ListList' }))
    .query(({ ctx, input }) => listLists(ctx, input)),

  get: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/lists/{id}',
        tags,
        protect: true,
        summary: 'Read a list',
        description: 'Returns a list that is not in the trash.',
      },
      rest: { etag: 'version' },
      errors: ['LIST_NOT_FOUND'],
    })
    .input(ListId)
    .output(List)
    .query(({ ctx, input }) => getList(ctx, input)),

  create: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/lists',
        tags,
        protect: true,
        summary: 'Create a list',
        description: 'Creates a list and places it last.',
      },
      rest: {
        status: 201,
        location: '/lists/{id}',
        etag: 'version',
      },
      errors: ['ID_TAKEN', 'LIMIT_REACHED'],
    })
    .input(CreateList)
    .output(List)
    .mutation(({ ctx, input }) => createList(ctx, input)),

  change: authedProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/lists/{id}',
        tags,
        protect: true,
        summary: 'Change a list',
        description: 'Accepts a JSON merge patch: absent fields do not change, and null clears a field.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion', mergePatch: true },
      errors: ['LIST_NOT_FOUND', 'INBOX', 'VERSION_MISMATCH'],
    })
    .input(ChangeList)
    .output(List)
    .mutation(({ ctx, input }) => changeList(ctx, input)),

  move: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/lists/{id}/move',
        tags,
        protect: true,
        summary: 'Move a list',
        description: 'Places a list after another list, or first.',
      },
      rest: { etag: 'version' },
      errors: ['LIST_NOT_FOUND'],
    })
    .input(MoveList)
    .output(List)
    .mutation(({ ctx, input }) => moveList(ctx, input)),

  delete: authedProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/lists/{id}',
        tags,
        protect: true,
        summary: 'Move a list to the trash',
        description: 'Moves a list and its todos to the trash. Restoring the list also restores them.',
      },
      rest: { ifMatch: 'ifVersion' },
      errors: ['LIST_NOT_FOUND', 'INBOX', 'VERSION_MISMATCH'],
    })
    .input(ListId.extend({ ifVersion: IfVersion }))
    .output(z.void())
    .mutation(({ ctx, input }) => deleteList(ctx, input)),

  restore: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/lists/{id}/restore',
        tags,
        protect: true,
        summary: 'Restore a list',
        description: 'Moves a list out of the trash, with the todos that were deleted along with it.',
      },
      rest: { etag: 'version' },
      errors: ['LIST_NOT_FOUND'],
    })
    .input(ListId)
    .output(List)
    .mutation(({ ctx, input }) => restoreList(ctx, input)),

  purge: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/lists/{id}/purge',
        tags,
        protect: true,
        summary: 'Delete a list for good',
        description: 'Permanently deletes a list that is in the trash, with its todos.',
      },
      errors: ['LIST_NOT_FOUND'],
    })
    .input(ListId)
    .output(z.void())
    .mutation(({ ctx, input }) => purgeList(ctx, input)),
})
