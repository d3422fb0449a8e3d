import type { Db, DbTransaction } from '@todo/db'
import type { RunStatement } from '@todo/postgres'
import type { Actor, UserActor } from './actor.ts'
import type { KeyRing } from './auth/key-ring.ts'
import type { PasswordHasher } from './auth/password-hasher.ts'

/** Passed to every verb. It holds no request, so verbs also run from tests, jobs and the command line. */
export type Context = {
  db: Db | DbTransaction
  run: RunStatement
  now: () => Date
  keyRing: KeyRing
  passwords: PasswordHasher
}

/** For verbs that touch the rows of one owner. */
export type OwnerContext = Context & {
  /** The person or job that acts. */
  actor: Actor
  /** The owner of the rows. */
  ownerId: string
  /** The same for all changes of one call. */
  groupId: string
}

/** For verbs that only a person with a session may call: about passwords and sessions. */
export type SessionContext = OwnerContext & { actor: UserActor }
