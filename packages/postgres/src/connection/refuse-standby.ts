import type { ClientBase } from 'pg'
import type { SocketClient } from './socket-client.ts'

const ROLE = { text: 'SELECT pg_is_in_recovery() AS standby', query_timeout: 2_000 }

/**
 * Rejects a new connection to a standby. During a failover the URL may lead to one, and the connection would stay in the
 * pool after the URL points to the primary again.
 */
export async function refuseStandby(client: ClientBase): Promise<void> {
  try {
    const { rows } = await client.query<{ standby: boolean }>(ROLE)
    // read_only_sql_transaction, the error that a write would get there
    if (rows[0]?.standby)
      throw Object.assign(new Error('The database server is a standby.'), { code: '25006' })
  } catch (error) {
    // The pool would close the connection by `end()`, which never completes if the server is dead.
    ;(client as SocketClient).destroy(error as Error)
    throw error
  }
}
