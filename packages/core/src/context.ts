import type { Db, DbTransaction, RunStatement } from '@todo/db'
import type { KeyRing } from './auth/key-ring.ts'
import type { PasswordHasher } from './auth/password-hasher.ts'

/** What a verb may use. Values only: no request, so verbs run from HTTP, tests, jobs and the command line alike. */
export type Context = {
  db: Db | DbTransaction
  run: RunStatement
  now: () => Date
  keyRing: KeyRing
  passwords: PasswordHasher
}

/** Who is calling. `id` is the account's id, which is the owner_id of all its rows. */
export type Caller = { id: string; sessionId: string }

export type UserContext = Context & { user: Caller }
