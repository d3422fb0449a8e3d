import type { Client } from 'pg'
import { scramVerifier } from './scram.ts'

/** A login in the format of Secrets Manager for databases. */
export type Login = {
  engine: 'postgres'
  host: string
  port: number
  dbname: string
  username: string
  password: string
  /** ARN of the master user's secret. */
  masterarn?: string
}

const SUFFIX = /_(a|b)$/

/** The other one of the two alternating users. */
export function otherOf(username: string): string {
  const turn = SUFFIX.exec(username)?.[1]
  if (turn === undefined) throw new Error('the user name must end in _a or _b')
  return username.replace(SUFFIX, turn === 'a' ? '_b' : '_a')
}

/**
 * Creates or updates the login, on a connection of the master user. Both alternating users act as the database's owner, so
 * that tables never belong to one of the two.
 */
export async function ensureLogin(master: Client, { username, password, dbname }: Login): Promise<void> {
  const owner = username.replace(SUFFIX, '')
  const [user, role, database] = [username, owner, dbname].map((name) => master.escapeIdentifier(name))
  if (!(await hasRole(master, owner))) await master.query(`CREATE ROLE ${role} NOLOGIN`)
  await ensureOwner(master, { owner, dbname, statement: `ALTER DATABASE ${database} OWNER TO ${role}` })
  if (!(await hasRole(master, username))) await master.query(`CREATE ROLE ${user} LOGIN IN ROLE ${role}`)
  await master.query(`ALTER ROLE ${user} SET role TO ${master.escapeLiteral(owner)}`)
  await setPassword(master, { username, password })
}

export async function setPassword(
  client: Client,
  { username, password }: Pick<Login, 'username' | 'password'>,
): Promise<void> {
  const user = client.escapeIdentifier(username)
  await client.query(`ALTER ROLE ${user} PASSWORD ${client.escapeLiteral(scramVerifier(password))}`)
}

async function hasRole(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
  return rowCount === 1
}

/** The owner of the database creates its tables and extensions. */
async function ensureOwner(
  master: Client,
  { owner, dbname, statement }: { owner: string; dbname: string; statement: string },
): Promise<void> {
  const { rowCount } = await master.query(
    'SELECT FROM pg_database WHERE datname = $1 AND pg_get_userbyid(datdba) = $2',
    [dbname, owner],
  )
  if (rowCount === 1) return
  // Changing the owner requires membership in the new owner's role.
  await master.query(`GRANT ${master.escapeIdentifier(owner)} TO CURRENT_USER`)
  await master.query(statement)
}
