import type { Db, DbTransaction } from '@todo/db'
import { appendChange } from '../changes/append-change.ts'
import type { UserContext } from '../context.ts'
import { DomainError, invalidField, requireVersion } from '../errors/domain-error.ts'
import { withOwnerLock } from '../transaction.ts'
import { checkPassword } from './check-password.ts'
import { endSessions } from './end-sessions.ts'
import type { Account, ChangePassword, ChangeProfile, DeleteAccount } from './schemas.ts'
import { toAccount } from './to-account.ts'

/** @throws DomainError ACCOUNT_NOT_FOUND when the account was deleted after the token was issued */
export async function getProfile(ctx: UserContext): Promise<Account> {
  return toAccount(await accountRow(ctx.db, ctx.user.id))
}

/** @throws DomainError ACCOUNT_NOT_FOUND, VERSION_MISMATCH */
export function changeProfile(
  ctx: UserContext,
  { ifVersion, ...input }: ChangeProfile & { ifVersion?: number | undefined },
): Promise<Account> {
  return withOwnerLock(ctx, async (tx) => {
    const before = await accountRow(tx.db, tx.user.id)
    requireVersion(before, ifVersion)
    const displayName = input.displayName ?? before.displayName
    const timeZone = input.timeZone ?? before.timeZone
    if (displayName === before.displayName && timeZone === before.timeZone) return toAccount(before)
    const after = await tx.db.account.update({
      where: { ownerId: tx.user.id },
      data: { displayName, timeZone, updatedAt: tx.now(), version: { increment: 1 } },
    })
    await appendChange(tx, 'account', { before: toAccount(before), after: toAccount(after) })
    return toAccount(after)
  })
}

/** Changes the password and ends the account's other sessions. @throws DomainError VALIDATION_FAILED, TOO_BUSY */
export async function changePassword(ctx: UserContext, input: ChangePassword): Promise<void> {
  const { email } = await requirePassword(ctx, input.currentPassword, 'currentPassword')
  await checkPassword(input.newPassword, { email, field: 'newPassword' })
  const passwordHash = await ctx.passwords.hash(input.newPassword)
  await withOwnerLock(ctx, async (tx) => {
    await tx.db.account.update({ where: { ownerId: tx.user.id }, data: { passwordHash } })
    await endSessions(tx, { ownerId: tx.user.id, id: { not: tx.user.sessionId } })
  })
}

/** Deletes the account with all its rows. @throws DomainError VALIDATION_FAILED, TOO_BUSY */
export async function deleteAccount(ctx: UserContext, { password }: DeleteAccount): Promise<void> {
  await requirePassword(ctx, password, 'password')
  const ownerId = ctx.user.id
  await withOwnerLock(ctx, async (tx) => {
    await endSessions(tx, { ownerId })
    await tx.db.todo.deleteMany({ where: { ownerId } })
    await tx.db.change.deleteMany({ where: { ownerId } })
    await tx.db.accountEmail.deleteMany({ where: { ownerId } })
    await tx.db.account.delete({ where: { ownerId } })
  })
}

async function requirePassword(ctx: UserContext, password: string, field: string) {
  const account = await accountRow(ctx.db, ctx.user.id)
  if (!(await ctx.passwords.verify(password, account.passwordHash)))
    throw invalidField(field, 'Is not the password')
  return account
}

async function accountRow(db: Db | DbTransaction, ownerId: string) {
  const account = await db.account.findUnique({ where: { ownerId } })
  if (!account) throw new DomainError('ACCOUNT_NOT_FOUND')
  return account
}
