// Prepared statements: https://orm.drizzle.team/docs/perf-queries. The token: https://hono.dev/docs/helpers/jwt.
import { verify } from '@node-rs/argon2'
import { eq, sql } from 'drizzle-orm'
import { HTTPException } from 'hono/http-exception'
import { sign } from 'hono/jwt'
import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { db } from './database.ts'
import { env } from './env.ts'
import { accountEmails, accounts, sessions } from './tables.ts'

const EXPIRES_IN = 900
const SESSION_MS = 30 * 24 * 60 * 60 * 1000

const accountByEmail = db
  .select({ ownerId: accounts.ownerId, passwordHash: accounts.passwordHash })
  .from(accountEmails)
  .innerJoin(accounts, eq(accounts.ownerId, accountEmails.ownerId))
  .where(eq(accountEmails.email, sql.placeholder('email')))
  .prepare('account_by_email')

/** Creates a session. */
export async function logIn({ email, password }: { email: string; password: string }) {
  const [account] = await accountByEmail.execute({ email })
  if (!account || !(await verify(account.passwordHash, password))) throw new HTTPException(401)
  const [family, secret] = [randomBytes(16), randomBytes(32)]
  const [now, sid] = [new Date(), uuidv7()]
  await db.insert(sessions).values({
    ownerId: account.ownerId,
    id: sid,
    familyHash: sha256(family),
    currentHash: sha256(secret),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + SESSION_MS),
  })
  const iat = Math.floor(now.getTime() / 1000)
  return {
    tokenType: 'Bearer' as const,
    accessToken: await sign({ sub: account.ownerId, sid, iat, exp: iat + EXPIRES_IN }, env.jwtSecret),
    expiresIn: EXPIRES_IN,
    refreshToken: Buffer.concat([family, secret]).toString('base64url'),
  }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()
