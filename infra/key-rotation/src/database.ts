import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { type Login, ensureLogin, otherOf, setPassword } from './logins.ts'
import type { Strategy } from './rotate.ts'

export type Databases = {
  connect: (login: Login) => Promise<Client>
  /** The login that a secret holds. */
  loginOf: (secretId: string) => Promise<Login>
}

// Letters and digits, which no URL and no shell minds.
const newPassword = () => randomBytes(32).toString('hex')

/** Two users take turns, so that the tasks of before keep theirs until the rotation after this one. */
export function alternatingUsers(databases: Databases): Strategy<Login> {
  return {
    next: (current) => ({ ...current, username: otherOf(current.username), password: newPassword() }),
    set: (pending) => makeLogin(pending, databases),
    test: (pending) => logIn(pending, databases),
  }
}

/** The master user changes its own password. Nobody is connected with it but this. */
export function masterUser(databases: Databases): Strategy<Login> {
  return {
    next: (current) => ({ ...current, password: newPassword() }),
    set: async (pending, current) => {
      // A rotation that failed after this step finds the new password in force.
      if (!(await works(current, databases))) return logIn(pending, databases)
      await using client = await opened(current, databases)
      await setPassword(client.client, pending)
    },
    test: (pending) => logIn(pending, databases),
  }
}

/** Makes the login of a secret valid, by the master user whom it names. */
export async function makeLogin(login: Login, databases: Databases): Promise<void> {
  if (login.masterarn === undefined) throw new Error('the secret does not say who may make logins')
  const { username, password } = await databases.loginOf(login.masterarn)
  // The host is the same, and stands in the secret that is rotated.
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
