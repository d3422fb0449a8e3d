import { Client } from 'pg'

// Whoever uses the cluster holds USERS shared, for as long as its process lives; LEAVING lets one leave at a time.
const USERS = 72_707_371
const LEAVING = 72_707_372

/** One process' use of a cluster that others may use, too. */
export type Presence = {
  port: number
  /** Ends this use; calls `stopServer` when it was the last one. */
  leave: (stopServer: () => Promise<unknown>) => Promise<void>
}

export const urlOf = (port: number, database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`

/** Counts this process among the users of the server on `port`; undefined when the server does not answer. */
export async function join(port: number): Promise<Presence | undefined> {
  const client = new Client({
    connectionString: urlOf(port, 'postgres'),
    application_name: 'todo-embedded',
    connectionTimeoutMillis: 3_000,
  })
  // The server may go at any time; whoever queries it will notice.
  client.on('error', () => undefined)
  try {
    await client.connect()
    // Waits for one that is leaving: if it stops the server, this fails, and the caller starts another.
    await client.query('SELECT pg_advisory_lock_shared($1)', [USERS])
  } catch {
    await client.end().catch(() => undefined)
    return undefined
  }
  keepAlive(client, false)
  return { port, leave: (stopServer) => leave(client, stopServer) }
}

/** Whether the connection keeps this process from ending; the typings leave these methods out. */
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
    // Before LEAVING is released: the next one must not count this.
    else await client.query('SELECT pg_advisory_unlock_shared($1)', [USERS])
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Makes the database, unless there is one. */
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
