import {
  Account,
  ChangePassword,
  ChangeProfile,
  DeleteAccount,
  IfVersion,
  changePassword,
  changeProfile,
  deleteAccount,
  getProfile,
} from '@todo/core'
import * as z from 'zod'
import { authedProcedure, router } from '../trpc.ts'

const tags = ['me']

export const meRouter = router({
  get: authedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/me',
        tags,
        protect: true,
        summary: 'Read the profile',
        description: 'Returns the account that the access token belongs to.',
      },
      rest: {
        etag: 'version',
      },
      errors: ['ACCOUNT_NOT_FOUND'],
    })
    .output(Account)
    .query(({ ctx }) => getProfile(ctx)),

  change: authedProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/me',
        tags,
        protect: true,
        summary: 'Change the profile',
        description: 'Accepts a JSON merge patch: absent fields do not change.',
      },
      rest: { etag: 'version', ifMatch: 'ifVersion', mergePatch: true },
      errors: ['ACCOUNT_NOT_FOUND', 'VERSION_MISMATCH'],
    })
    .input(ChangeProfile.extend({ ifVersion: IfVersion }))
    .output(Account)
    .mutation(({ ctx, input }) => changeProfile(ctx, input)),

  changePassword: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/me/password',
        tags,
        protect: true,
        summary: 'Change the password',
        description: 'Changes the password and ends all other sessions of the account.',
      },
      errors: ['ACCOUNT_NOT_FOUND', 'TOO_BUSY'],
    })
    .input(ChangePassword)
    .output(z.void())
    .mutation(({ ctx, input }) => changePassword(ctx, input)),

  delete: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/me/delete',
        tags,
        protect: true,
        summary: 'Delete the account',
        description: 'Permanently deletes the account and all its data, without delay.',
      },
      errors: ['ACCOUNT_NOT_FOUND', 'TOO_BUSY'],
    })
    .input(DeleteAccount)
    .output(z.void())
    .mutation(({ ctx, input }) => deleteAccount(ctx, input)),
})
