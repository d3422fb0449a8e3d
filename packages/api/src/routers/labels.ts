import {
  ChangeLabel,
  CreateLabel,
  IfVersion,
  Label,
  LabelId,
  changeLabel,
  createLabel,
  deleteLabel,
  getLabel,
  listLabels,
} from '@todo/core'
import * as z from 'zod'
import { authedProcedure, router } from '../trpc.ts'

const tags = ['labels']

export const labelsRouter = router({
  list: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/labels',
        tags,
        protect: true,
        summary: 'List all labels',
        description: 'Returns all labels, sorted by name. An account can have at most 500.',
      },
    })
    .output(z.object({ items: z.array(Label) }).meta({ id: 'LabelList' }))
    .query(({ ctx }) => listLabels(ctx)),

  get: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/labels/{id}',
        tags,
        protect: true,
        summary: 'Read a label',
        description: 'Returns one label.',
      },
      rest: { etag: 'version' },
      errors: ['LABEL_NOT_FOUND'],
    })
    .input(LabelId)
    .output(Label)
    .query(({ ctx, input }) => getLabel(ctx, input)),

  create: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/labels',
        tags,
        protect: true,
        summary: 'Create a label',
        description: 'Creates a label. Its name must be unique within the account, ignoring case.',
      },
      rest: { status: 201, location: '/labels/{id}', etag: 'version' },
      errors: ['ID_TAKEN', 'LABEL_EXISTS', 'LIMIT_REACHED'],
    })
    .input(CreateLabel)
    .output(Label)
    .mutation(({ ctx, input }) => createLabel(ctx, input)),

  change: authedProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/labels/{id}',
        tags,
        protect: true,
        summary: 'Change a label',
        description: 'Accepts a JSON merge patch: absent fields do not change, and null clears a field.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion', mergePatch: true },
      errors: ['LABEL_NOT_FOUND', 'LABEL_EXISTS', 'VERSION_MISMATCH'],
    })
    .input(ChangeLabel)
    .output(Label)
    .mutation(({ ctx, input }) => changeLabel(ctx, input)),

  delete: authedProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/labels/{id}',
        tags,
        protect: true,
        summary: 'Delete a label',
        description: 'Removes the label from all todos and deletes it for good.',
      },
      rest: { ifMatch: 'ifVersion' },
      errors: ['LABEL_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(LabelId.extend({ ifVersion: IfVersion }))
    .output(z.void())
    .mutation(({ ctx, input }) => deleteLabel(ctx, input)),
})
