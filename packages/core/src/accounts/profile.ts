import { ACCOUNTS, type AccountModel, type Db, type DbTransaction, entityReader } from '@todo/db'
import { appendChange } from '../changes/append-change.ts'
import type { OwnerContext, SessionContext } from '../context.ts'
import { DomainError, invalidField, requireVersion } from '../errors/domain-error.ts'
import { changesNothing, withoutAbsent } from '../patch.ts'
import { withOwnerLock } from '../transaction.ts'
import { checkPassword } from './check-password.ts'
import { endSessions } from './end-sessions.ts'
import type { Account, ChangePassword, ChangeProfile, DeleteAccount } from './schemas.ts'

export const toAccount: (row: AccountModel) => Account = entityReader(ACCOUNTS)

/** @throws DomainError ACCOUNT_NOT_FOUND when the account was deleted after the token was issued */
export async function getProfile(ctx: OwnerContext): Promise<Account> {
  return toAccount(await accountRow(ctx.db, ctx.ownerId))
}

/** @throws DomainError ACCOUNT_NOT_FOUND, VERSION_MISMATCH */
export function changeProfile(
  ctx: OwnerContext,
  { ifVersion, ...patch }: ChangeProfile & { ifVersion?: number | undefined },
): Promise<Account> {
  return withOwnerLock(ctx, async (tx) => {
    const before = await accountRow(tx.db, tx.ownerId)
    requireVersion(before, ifVersion)
    const data = withoutAbsent(patch)
    if (changesNothing(before, data)) return toAccount(before)
    const after = await tx.db.account.update({
      where: { ownerId: tx.ownerId },
      data: { ...data, updatedAt: tx.now(), version: { increment: 1 } },
    })
    await appendChange(tx, 'account', { before: toAccount(before), after: toAccount(after) })
    return toAccount(after)
  })
}

/** Changes the password and ends the account's other sessions. @throws DomainError VALIDATION_FAILED, TOO_BUSY */
export async function changePassword(ctx: SessionContext, input: ChangePassword): Promise<void> {
  const { email } = await requirePassword(ctx, input.currentPassword, 'currentPassword')
  await checkPassword(input.newPassword, { email, field: 'newPassword' })
  const passwordHash = await ctx.passwords.hash(input.newPassword)
  await withOwnerLock(ctx, async (tx) => {
    await tx.db.account.update({ where: { ownerId: tx.ownerId }, data: { passwordHash } })
    await endSessions(tx, { ownerId: tx.ownerId, id: { not: tx.actor.sessionId } })
  })
}

/** Deletes the account with all its rows. @throws DomainError VALIDATION_FAILED, TOO_BUSY */
export async function deleteAccount(ctx: OwnerContext, { password }: DeleteAccount): Promise<void> {
  await requirePassword(ctx, password, 'password')
  const ownerId = ctx.ownerId
  await withOwnerLock(ctx, async (tx) => {
    await endSessions(tx, { ownerId })
    await tx.db.todo.deleteMany({ where: { ownerId } })
    await tx.db.change.deleteMany({ where: { ownerId } })
    await tx.db.accountEmail.deleteMany({ where: { ownerId } })
    await tx.db.account.delete({ where: { ownerId } })
  })
}

async function requirePassword(ctx: OwnerContext, password: string, field: string) {
  const account = await accountRow(ctx.db, ctx.ownerId)
  if (!(await ctx.passwords.verify(password, account.passwordHash)))
    throw invalidField(field, 'The password is wrong')
  return account
}

async function accountRow(db: Db | DbTransaction, ownerId: string) {
  const account = await db.account.findUnique({ where: { ownerId } })
  if (!account) throw new DomainError('ACCOUNT_NOT_FOUND')
  return account
}
