import { isUniqueViolation } from '@todo/postgres'
import type { Context } from '../context.ts'
import { appendChange } from '../changes/append-change.ts'
import { toList } from '../lists/write-list.ts'
import { newGroupId, newId } from '../new-id.ts'
import { inTransaction } from '../transaction.ts'
import { checkPassword } from './check-password.ts'
import type { SignUp } from './schemas.ts'
import { toAccount } from './profile.ts'

/**
 * Creates an account with its Inbox, unless the email address has one. The response and its timing are the same in both
 * cases, so that signing up reveals nothing about other people.
 */
export async function signUp(ctx: Context, { password, ...values }: SignUp): Promise<void> {
  const { email } = values
  await checkPassword(password, { email, field: 'password' })
  const passwordHash = await ctx.passwords.hash(password)
  const ownerId = newId()
  const now = ctx.now()
  const times = { createdAt: now, updatedAt: now }
  // There is no session yet, and nothing on the way reads it.
  const actor = { kind: 'user', id: ownerId, sessionId: ownerId } as const

  try {
    await inTransaction({ ...ctx, actor, ownerId, groupId: newGroupId() }, async (tx) => {
      const account = await tx.db.account.create({
        data: { ...values, ownerId, passwordHash, ...times },
      })
      await tx.db.changeHead.create({ data: { ownerId } })
      const inbox = await tx.db.list.create({
        data: { ownerId, id: newId(), name: 'Inbox', position: 0, isInbox: true, ...times },
      })
      await appendChange(tx, 'account', { after: toAccount(account) })
      await appendChange(tx, 'list', { after: toList(inbox) })
      // Last, so that a sign-up with an address in use does the same work before it is rolled back.
      await tx.db.accountEmail.create({ data: { email, ownerId } })
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
}
