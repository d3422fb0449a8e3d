import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPasswordHasher } from '../auth/password-hasher.ts'
import { followRevocations } from '../auth/revocations.ts'
import { formatRefreshToken, newRefreshToken, parseRefreshToken } from '../auth/refresh-token.ts'
import type { DomainError } from '../errors/domain-error.ts'
import { listLists } from '../lists/lists.ts'
import { at, openContext } from '../testing/context.ts'
import { type TestUser, as, makeLabel, makeList, makeTodo, makeUser } from '../testing/factories.ts'
import { logIn } from './log-in.ts'
import { changePassword, changeProfile, deleteAccount, getProfile } from './profile.ts'
import { refresh } from './refresh.ts'
import { LogIn, SignUp } from './schemas.ts'
import { listSessions, logOut, logOutEverywhere, revokeSession } from './sessions.ts'
import { signUp } from './sign-up.ts'

const ctx = await openContext()
const user = await makeUser(ctx)

const WRONG_CREDENTIALS = { reason: 'WRONG_CREDENTIALS' }
const REFRESH_TOKEN_INVALID = { reason: 'REFRESH_TOKEN_INVALID' }

async function enter(who: TestUser = user) {
  const grant = await logIn(ctx, who)
  const caller = ctx.keyRing.verify(grant.accessToken)
  return { ...grant, ...caller, ctx: as(who, caller.sessionId) }
}

const after = (seconds: number) => at(ctx, Date.now() + seconds * 1000)

test('a new account has an Inbox and can log in, in upper or lower case', async () => {
  const ada = await makeUser(ctx, { email: ' Ada@Example.COM ', timeZone: 'Europe/Berlin' })
  const { items } = await listLists(as(ada), { deleted: false })
  expect(items).toMatchObject([{ name: 'Inbox', isInbox: true, archived: false, version: 1 }])
  expect(await getProfile(as(ada))).toMatchObject({
    id: ada.id,
    email: 'ada@example.com',
    timeZone: 'Europe/Berlin',
  })
  const credentials = LogIn.parse({ email: 'ADA@example.com', password: ada.password })
  const grant = await logIn(ctx, credentials)
  expect(ctx.keyRing.verify(grant.accessToken).id).toBe(ada.id)
})

test('signing up with an address in use gives the same response and changes nothing', async () => {
  const bob = await makeUser(ctx)
  const before = await everything()
  const again = SignUp.parse({ email: bob.email.toUpperCase(), password: 'another one', displayName: 'Eve' })
  expect(await signUp(ctx, again)).toBe(undefined)
  expect(await everything()).toEqual(before)
  await expect(logIn(ctx, { email: bob.email, password: 'another one' })).rejects.toMatchObject(
    WRONG_CREDENTIALS,
  )

  async function everything() {
    const [accounts, emails, lists, changes] = [
      await ctx.db.account.findMany({ orderBy: { ownerId: 'asc' } }),
      await ctx.db.accountEmail.findMany({ orderBy: { email: 'asc' } }),
      await ctx.db.list.count(),
      await ctx.db.change.count(),
    ]
    return { accounts, emails, lists, changes }
  }
})

test('ten concurrent sign-ups with one address create one account', async () => {
  const input = SignUp.parse({ email: 'race@example.com', password: 'correct horse', displayName: 'R' })
  await Promise.all(Array.from({ length: 10 }, () => signUp(ctx, input)))
  expect(await ctx.db.account.count({ where: { email: input.email } })).toBe(1)
})

test('a password must not be short, long, common or contain the address', async () => {
  const account = { email: 'grace.hopper@example.com', displayName: 'Grace' }
  for (const password of ['1234567', 'x'.repeat(129), 'nul\0 nul nul', '\ud800 surrogate']) {
    expect(SignUp.safeParse({ ...account, password }).success).toBe(false)
  }
  for (const password of ['password', 'PassWord', 'qwertyuiop', 'GRACE.HOPPER1906', 'iamgrace.hopper']) {
    await expect(signUp(ctx, SignUp.parse({ ...account, password }))).rejects.toMatchObject({
      reason: 'VALIDATION_FAILED',
      errors: [{ path: 'password' }],
    })
  }
  expect(await ctx.db.accountEmail.count({ where: { email: account.email } })).toBe(0)
})

test('a wrong password and an unknown address give the same error', async () => {
  const refusal = (email: string) =>
    logIn(ctx, { email, password: 'not this one' }).catch((error: unknown) => {
      const { kind, reason, message } = error as DomainError
      return { kind, reason, message }
    })
  const wrong = await refusal(user.email)
  expect(wrong).toMatchObject(WRONG_CREDENTIALS)
  expect(await refusal('nobody@example.com')).toEqual(wrong)
})

test('log-ins beyond the queue fail with TOO_BUSY, and the queue recovers', async () => {
  const busy = { ...ctx, passwords: createPasswordHasher() }
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => logIn(busy, user)))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused.map(({ reason }) => reason.kind)).toEqual(Array(3).fill('UNAVAILABLE'))
  expect(refused[0]?.reason.retryAfterSeconds).toBe(1)
  await expect(logIn(busy, user)).resolves.toMatchObject({ expiresIn: 900 })
})

test('a refresh rotates the token within the session', async () => {
  const session = await enter()
  const next = await refresh(ctx, session.refreshToken)
  expect(next.refreshToken).not.toBe(session.refreshToken)
  expect(ctx.keyRing.verify(next.accessToken).sessionId).toBe(session.sessionId)
  await expect(refresh(ctx, next.refreshToken)).resolves.toBeDefined()
})

test('ten concurrent refreshes with one token, and another within 30 s, give the same successor', async () => {
  const { refreshToken } = await enter()
  const grants = await Promise.all(Array.from({ length: 10 }, () => refresh(ctx, refreshToken)))
  const late = await refresh(after(29), refreshToken)
  expect(new Set([...grants, late].map((grant) => grant.refreshToken)).size).toBe(1)
  await expect(refresh(ctx, late.refreshToken)).resolves.toBeDefined()
})

test('using the previous token after 30 s ends the session', async () => {
  const session = await enter()
  const next = await refresh(ctx, session.refreshToken)
  await expect(refresh(after(31), session.refreshToken)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
  await expect(refresh(ctx, next.refreshToken)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
  await expectRevoked(session.sessionId)
})

test('using the token before the previous one ends the session at once', async () => {
  const session = await enter()
  const second = await refresh(ctx, session.refreshToken)
  const third = await refresh(ctx, second.refreshToken)
  await expect(refresh(ctx, session.refreshToken)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
  await expect(refresh(ctx, third.refreshToken)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
})

test('garbage and tokens of another family do not end a session', async () => {
  const session = await enter()
  const foreign = formatRefreshToken(newRefreshToken(user.id, session.sessionId))
  const noSession = formatRefreshToken(newRefreshToken(user.id, user.id))
  const garbage = Array.from({ length: 50 }, (_, i) => randomBytes(i * 2).toString('base64url'))
  for (const token of [undefined, '', ' ', `${session.refreshToken}=`, foreign, noSession, ...garbage]) {
    await expect(refresh(ctx, token)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
  }
  const next = await refresh(ctx, session.refreshToken)
  expect(parseRefreshToken(next.refreshToken)?.sessionId).toBe(session.sessionId)
})

test('a session ends after 30 days without a refresh', async () => {
  const session = await enter()
  const days = 24 * 60 * 60
  await expect(refresh(after(30 * days + 1), session.refreshToken)).rejects.toMatchObject(
    REFRESH_TOKEN_INVALID,
  )
  const used = await enter()
  const next = await refresh(after(29 * days), used.refreshToken)
  await expect(refresh(after(58 * days), next.refreshToken)).resolves.toBeDefined()
})

test('log-out, log-out everywhere and revocation take effect on every instance', async () => {
  const ada = await makeUser(ctx)
  const revocations = followRevocations(ctx.run)
  try {
    const sessions = [await enter(ada), await enter(ada), await enter(ada), await enter(ada)] as const
    const [first, second, third, fourth] = sessions
    const of = (session: { sessionId: string }) => revocations.has(session.sessionId)
    expect(await of(first)).toBe(false)

    await logOut(first.ctx)
    await expect.poll(() => of(first)).toBe(true)
    await expect(refresh(ctx, first.refreshToken)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
    expect(await of(second)).toBe(false)

    await revokeSession(third.ctx, { id: second.sessionId })
    await expect.poll(() => of(second)).toBe(true)
    await expect(revokeSession(third.ctx, { id: second.sessionId })).rejects.toMatchObject({
      reason: 'SESSION_NOT_FOUND',
    })

    await logOutEverywhere(fourth.ctx)
    await expect.poll(() => of(fourth)).toBe(true)
    expect(await of(third)).toBe(true)
    expect((await listSessions(fourth.ctx)).items).toEqual([])
  } finally {
    revocations.stop()
  }
})

test("the list of sessions marks the current one; another account's cannot be revoked", async () => {
  const [ada, bob] = [await makeUser(ctx), await makeUser(ctx)]
  const older = await enter(ada)
  const session = await enter(ada)
  await refresh(after(60), older.refreshToken)
  const { items } = await listSessions(session.ctx)
  expect(items.map(({ id, current }) => [id, current])).toEqual([
    [older.sessionId, false],
    [session.sessionId, true],
  ])
  await expect(revokeSession(as(bob), { id: session.sessionId })).rejects.toMatchObject({
    reason: 'SESSION_NOT_FOUND',
  })
  expect((await listSessions(session.ctx)).items).toHaveLength(2)
})

test('the 101st session ends the least recently used one', async () => {
  const ada = await makeUser(ctx)
  const first = await enter(ada)
  const second = await enter(ada)
  await refresh(after(60), first.refreshToken)
  const row = await ctx.db.session.findUniqueOrThrow({
    where: { ownerId_id: { ownerId: ada.id, id: first.sessionId } },
  })
  const others = Array.from({ length: 98 }, () => ({
    ...row,
    id: newId(),
    familyHash: Uint8Array.from(row.familyHash),
    currentHash: Uint8Array.from(row.currentHash),
    previousHash: null,
    rotationSalt: null,
  }))
  await ctx.db.session.createMany({ data: others })
  await enter(ada)
  const ids = (await listSessions(as(ada))).items.map(({ id }) => id)
  expect(ids).toHaveLength(100)
  expect(ids).toContain(first.sessionId)
  await expectRevoked(second.sessionId)
})

test('changing the password ends the other sessions', async () => {
  const ada = await makeUser(ctx)
  const [other, session] = [await enter(ada), await enter(ada)]
  const newPassword = 'staple correct battery'
  await expect(changePassword(session.ctx, { currentPassword: 'wrong', newPassword })).rejects.toMatchObject({
    reason: 'VALIDATION_FAILED',
    errors: [{ path: 'currentPassword' }],
  })
  await expect(
    changePassword(session.ctx, { currentPassword: ada.password, newPassword: 'password' }),
  ).rejects.toMatchObject({ reason: 'VALIDATION_FAILED', errors: [{ path: 'newPassword' }] })

  await changePassword(session.ctx, { currentPassword: ada.password, newPassword })
  await expectRevoked(other.sessionId)
  await expect(refresh(ctx, other.refreshToken)).rejects.toMatchObject(REFRESH_TOKEN_INVALID)
  await expect(refresh(ctx, session.refreshToken)).resolves.toBeDefined()
  await expect(logIn(ctx, ada)).rejects.toMatchObject(WRONG_CREDENTIALS)
  await expect(logIn(ctx, { ...ada, password: newPassword })).resolves.toBeDefined()
})

test('a change of the profile checks the version', async () => {
  const ada = as(await makeUser(ctx))
  const changed = await changeProfile(ada, { displayName: 'Ada L.', ifVersion: 1 })
  expect(changed).toMatchObject({ displayName: 'Ada L.', timeZone: 'UTC', version: 2 })
  expect(await changeProfile(ada, { displayName: 'Ada L.' })).toEqual(changed)
  await expect(changeProfile(ada, { timeZone: 'Asia/Tokyo', ifVersion: 1 })).rejects.toMatchObject({
    reason: 'VERSION_MISMATCH',
  })
})

test('deleting an account leaves only its revoked sessions and the rows of others', async () => {
  const [ada, bob] = [await makeUser(ctx), await makeUser(ctx)]
  for (const who of [as(ada), as(bob)]) {
    const [list, label] = [await makeList(who), await makeLabel(who)]
    const parent = await makeTodo(who, { listId: list.id, labelIds: [label.id] })
    await makeTodo(who, { parentId: parent.id })
  }
  const session = await enter(ada)
  const [rowsOfAda, rowsOfBob] = [await tablesWith(ada.id), await tablesWith(bob.id)]
  expect(rowsOfAda).toEqual(expect.arrayContaining(['accounts', 'lists', 'todos', 'labels', 'changes']))

  await expect(deleteAccount(session.ctx, { password: 'wrong' })).rejects.toMatchObject({
    reason: 'VALIDATION_FAILED',
  })
  expect(await tablesWith(ada.id)).toEqual(rowsOfAda)
  await deleteAccount(session.ctx, { password: ada.password })
  // Until its access token expires, every instance must know that the session ended.
  expect(await tablesWith(ada.id)).toEqual(['session_revocations'])
  expect(await tablesWith(bob.id)).toEqual(rowsOfBob)
  await expect(getProfile(session.ctx)).rejects.toMatchObject({ reason: 'ACCOUNT_NOT_FOUND' })
  await expect(logIn(ctx, ada)).rejects.toMatchObject(WRONG_CREDENTIALS)
  await expect(makeUser(ctx, { email: ada.email })).resolves.toBeDefined()
})

async function tablesWith(ownerId: string): Promise<string[]> {
  const tables = await ctx.db.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'owner_id' ORDER BY table_name`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await ctx.db.$queryRawUnsafe<unknown[]>(
      `SELECT 1 FROM "${name}" WHERE owner_id = $1::uuid LIMIT 1`,
      ownerId,
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}

async function expectRevoked(sessionId: string): Promise<void> {
  expect(await ctx.db.sessionRevocation.count({ where: { sessionId } })).toBe(1)
  expect(await ctx.db.session.count({ where: { id: sessionId } })).toBe(0)
}

const newId = () => crypto.randomUUID()
