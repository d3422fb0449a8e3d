import {
  type Grant,
  LogIn,
  REFRESH_TOKEN_SECONDS,
  Refresh,
  SignUp,
  Tokens,
  logIn,
  logOut,
  logOutEverywhere,
  refresh,
  signUp,
} from '@todo/core'
import * as z from 'zod'
import type { ApiContext } from '../context.ts'
import { authedProcedure, publicProcedure, router } from '../trpc.ts'

const tags = ['auth']

export const authRouter = router({
  signUp: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/sign-up',
        tags,
        summary: 'Sign up',
        description:
          'Makes an account with its Inbox. The answer is the same when the address has an account already, which then stays as it is: log in next.',
      },
      errors: ['TOO_BUSY'],
    })
    .input(SignUp)
    .output(z.void())
    .mutation(({ ctx, input }) => signUp(ctx, input)),

  logIn: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/log-in',
        tags,
        summary: 'Log in',
        description:
          'Opens a session. In mode `cookie` the refresh token is set as a `__Host-` cookie instead.',
      },
      errors: ['WRONG_CREDENTIALS', 'TOO_BUSY'],
    })
    .input(LogIn)
    .output(Tokens)
    .mutation(async ({ ctx, input }) => tokens(ctx, input.mode, await logIn(ctx, input, ctx.userAgent))),

  refresh: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/refresh',
        tags,
        summary: 'Refresh the tokens',
        description:
          'Gives a new access token and replaces the refresh token. The one before works for 30 seconds more and gives the same answer; an older one ends the session.',
      },
      errors: ['REFRESH_TOKEN_INVALID'],
    })
    .input(Refresh)
    .output(Tokens)
    .mutation(async ({ ctx, input: { mode, refreshToken } }) =>
      tokens(ctx, mode, await refresh(ctx, mode === 'cookie' ? ctx.refreshCookie.value : refreshToken)),
    ),

  logOut: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/log-out',
        tags,
        protect: true,
        summary: 'Log out',
        description: 'Ends this session; its access tokens are refused everywhere within a second.',
      },
    })
    .output(z.void())
    .mutation(async ({ ctx }) => {
      await logOut(ctx)
      ctx.refreshCookie.set(null, 0)
    }),

  logOutEverywhere: authedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/log-out-everywhere',
        tags,
        protect: true,
        summary: 'Log out everywhere',
        description: 'Ends all sessions of the account.',
      },
    })
    .output(z.void())
    .mutation(async ({ ctx }) => {
      await logOutEverywhere(ctx)
      ctx.refreshCookie.set(null, 0)
    }),
})

function tokens(ctx: ApiContext, mode: 'cookie' | 'body', { refreshToken, ...rest }: Grant): Tokens {
  const answer = { tokenType: 'Bearer' as const, ...rest }
  if (mode === 'body') return { ...answer, refreshToken }
  ctx.refreshCookie.set(refreshToken, REFRESH_TOKEN_SECONDS)
  return answer
}
