import type { Db, DbTransaction } from '@todo/db'
import type { RunStatement } from '@todo/postgres'
import type { Actor, UserActor } from './actor.ts'
import type { KeyRing } from './auth/key-ring.ts'
import type { PasswordHasher } from './auth/password-hasher.ts'

/** What a verb may use. It holds values and no request, so verbs also run from tests, jobs and the command line. */
export type Context = {
  db: Db | DbTransaction
  run: RunStatement
  now: () => Date
  keyRing: KeyRing
  passwords: PasswordHasher
}

/** For verbs that touch the rows of one owner. */
export type OwnerContext = Context & {
  /** Who acts. */
  actor: Actor
  /** Whose rows are touched. */
  ownerId: string
  /** Ties together what one call changes. */
  groupId: string
}

/** For verbs that only a person with a session may call: about passwords and sessions. */
export type SessionContext = OwnerContext & { actor: UserActor }
