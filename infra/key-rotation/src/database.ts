import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { type Login, ensureLogin, otherOf, setPassword } from './logins.ts'
import type { Strategy } from './rotate.ts'

export type Databases = {
  connect: (login: Login) => Promise<Client>
  /** Reads the login from a secret. */
  loginOf: (secretId: string) => Promise<Login>
}

// Letters and digits need no escaping in URLs and shells.
const newPassword = () => randomBytes(32).toString('hex')

/** Alternates between two users, so that running tasks keep their login until the next rotation. */
export function alternatingUsers(databases: Databases): Strategy<Login> {
  return {
    next: (current) => ({ ...current, username: otherOf(current.username), password: newPassword() }),
    set: (pending) => makeLogin(pending, databases),
    test: (pending) => logIn(pending, databases),
  }
}

/** The master user changes its own password. Nothing else connects as this user. */
export function masterUser(databases: Databases): Strategy<Login> {
  return {
    next: (current) => ({ ...current, password: newPassword() }),
    set: async (pending, current) => {
      // After a rotation that failed later than this step, the new password is already set.
      if (!(await works(current, databases))) return logIn(pending, databases)
      await using client = await opened(current, databases)
      await setPassword(client.client, pending)
    },
    test: (pending) => logIn(pending, databases),
  }
}

/** Creates or updates a secret's login in the database, as the master user that the secret refers to. */
export async function makeLogin(login: Login, databases: Databases): Promise<void> {
  if (login.masterarn === undefined)
    throw new Error('the secret has no masterarn: it does not refer to the master user')
  const { username, password } = await databases.loginOf(login.masterarn)
  // The master user's secret has no host: take it from the rotated secret.
  await using master = await opened({ ...login, username, password }, databases)
  await ensureLogin(master.client, login)
}

async function logIn(login: Login, databases: Databases): Promise<void> {
  await using session = await opened(login, databases)
  await session.client.query('SELECT 1')
}

async function works(login: Login, databases: Databases): Promise<boolean> {
  try {
    await logIn(login, databases)
    return true
  } catch {
    return false
  }
}

async function opened(login: Login, { connect }: Databases): Promise<AsyncDisposable & { client: Client }> {
  const client = await connect(login)
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
