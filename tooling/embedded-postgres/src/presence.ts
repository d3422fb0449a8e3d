import { Client } from 'pg'

// Advisory locks. Each process that uses the cluster holds USERS shared; LEAVING lets one process leave at a time.
const USERS = 72_707_371
const LEAVING = 72_707_372

/** This process as a user of a cluster that other processes may use, too. */
export type Presence = {
  port: number
  /** Calls `stopServer` if no other process uses the server. */
  leave: (stopServer: () => Promise<unknown>) => Promise<void>
}

export const urlOf = (port: number, database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`

/** Registers this process as a user of the server on `port`. Returns undefined if the server does not answer. */
export async function join(port: number): Promise<Presence | undefined> {
  const client = new Client({
    connectionString: urlOf(port, 'postgres'),
    application_name: 'todo-embedded',
    connectionTimeoutMillis: 3_000,
  })
  // The server may stop at any time; the next query reports that.
  client.on('error', () => undefined)
  try {
    await client.connect()
    // Waits for a process that is leaving. If that stops the server, this fails, and the caller starts a new one.
    await client.query('SELECT pg_advisory_lock_shared($1)', [USERS])
  } catch {
    await client.end().catch(() => undefined)
    return undefined
  }
  keepAlive(client, false)
  return { port, leave: (stopServer) => leave(client, stopServer) }
}

/** Sets whether the connection keeps this process alive. The types of `pg` lack both methods. */
function keepAlive(client: Client, keep: boolean): void {
  const socket = client as Client & { ref: () => void; unref: () => void }
  if (keep) socket.ref()
  else socket.unref()
}

async function leave(client: Client, stopServer: () => Promise<unknown>): Promise<void> {
  keepAlive(client, true)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LEAVING])
    const { rows } = await client.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [USERS])
    if (rows[0]?.last) await stopServer()
    // Released before LEAVING, so that the next process does not count this one.
    else await client.query('SELECT pg_advisory_unlock_shared($1)', [USERS])
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Creates the database if it does not exist. */
export async function ensureDatabase(port: number, database: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(port, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505')))
      throw error
  } finally {
    await client.end()
  }
}
