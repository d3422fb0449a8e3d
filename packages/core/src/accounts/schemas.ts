import type { ACCOUNTS, ShapeOf } from '@todo/db'
import * as z from 'zod'
import { Id, Instant, TimeZone, Version, line, text } from '../fields.ts'

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  .meta({ description: 'Email address; case does not matter', example: 'ada@example.com' })

export const Password = text(8, 128).meta({
  description:
    '8 to 128 characters. Must not be a common password, nor contain the email address or the part before its @',
  example: 'correct horse battery',
})

/** An existing password, for comparison. The rules for new passwords may have been different when it was chosen. */
export const GivenPassword = text(1, 128).meta({
  description: 'The password',
  example: 'correct horse battery',
})

export const DisplayName = line(100).meta({ description: 'Name of the user', example: 'Ada' })

export const Account = z
  .object({
    id: Id,
    email: z.string().meta({ format: 'email', example: 'ada@example.com' }),
    displayName: z.string().meta({ example: 'Ada' }),
    timeZone: z
      .string()
      .meta({ description: 'IANA time zone; decides which day is today', example: 'Europe/Berlin' }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Version,
  } satisfies ShapeOf<typeof ACCOUNTS>)
  .meta({ id: 'Account', description: 'The account of a user' })
export type Account = z.infer<typeof Account>

export const SessionMode = z.enum(['cookie', 'body']).meta({
  description:
    'How the refresh token is sent: in an HttpOnly `cookie`, for browsers, or in the `body`, for other clients',
  example: 'body',
})

export const SignUp = z.strictObject({
  email: Email,
  password: Password,
  displayName: DisplayName,
  timeZone: TimeZone.default('UTC'),
})
export type SignUp = z.infer<typeof SignUp>

export const LogIn = z
  .strictObject({
    email: Email,
    password: GivenPassword,
    mode: SessionMode.default('body'),
  })
  .meta({ example: { email: 'demo@example.com', password: 'try everything once', mode: 'body' } })
export type LogIn = z.infer<typeof LogIn>

export const Refresh = z.strictObject({
  mode: SessionMode.default('body'),
  refreshToken: text(1, 200).optional().meta({ description: 'The refresh token, in mode `body`' }),
})
export type Refresh = z.infer<typeof Refresh>

export const Tokens = z
  .object({
    accessToken: z.string().meta({
      description: 'JWT for `Authorization: Bearer`',
      example: 'eyJhbGciOiJIUzI1NiJ9…',
    }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().min(1).meta({ description: 'Seconds until the access token expires', example: 900 }),
    refreshToken: z.string().optional().meta({
      description: 'In mode `body`: exchange it once for new tokens; each refresh replaces it',
      example: '0199f0c5…',
    }),
  })
  .meta({ id: 'Tokens', description: 'An access token and, in mode `body`, a refresh token' })
export type Tokens = z.infer<typeof Tokens>

export const Session = z
  .object({
    id: Id,
    current: z.boolean().meta({ description: 'True for the session of this request' }),
    userAgent: z
      .string()
      .nullable()
      .meta({ description: 'The `User-Agent` header at log-in', example: 'Firefox' }),
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant,
  })
  .meta({ id: 'Session', description: 'A log-in on one device' })
export type Session = z.infer<typeof Session>

export const ChangeProfile = z.strictObject({
  displayName: DisplayName.optional(),
  timeZone: TimeZone.optional(),
})
export type ChangeProfile = z.infer<typeof ChangeProfile>

export const ChangePassword = z.strictObject({ currentPassword: GivenPassword, newPassword: Password })
export type ChangePassword = z.infer<typeof ChangePassword>

export const DeleteAccount = z.strictObject({ password: GivenPassword })
export type DeleteAccount = z.infer<typeof DeleteAccount>
