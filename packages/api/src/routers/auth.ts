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
const setsCookie = { 'Set-Cookie': 'In mode `cookie`: the refresh token, in the cookie `__Host-refresh`' }
const clearsCookie = { 'Set-Cookie': 'Deletes the cookie `__Host-refresh`' }

export const authRouter = router({
  signUp: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/sign-up',
        tags,
        summary: 'Sign up',
        description:
          'Creates an account with an Inbox. If the email address already has an account, nothing changes, but the response is the same. To get tokens, log in.',
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
          'Starts a session. Mode `body` returns the refresh token in the body, mode `cookie` in a `__Host-` cookie.',
      },
      rest: { responseHeaders: setsCookie },
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
        security: ['refreshCookie'],
        summary: 'Refresh the tokens',
        description:
          'Returns a new access token and replaces the refresh token. The previous refresh token works for another 30 seconds and returns the same tokens; an older one ends the session.',
      },
      rest: { responseHeaders: setsCookie },
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
        description: 'Ends this session. Its access tokens stop working within a second.',
      },
      rest: { responseHeaders: clearsCookie },
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
      rest: { responseHeaders: clearsCookie },
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
