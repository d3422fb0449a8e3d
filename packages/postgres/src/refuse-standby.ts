import type { ClientBase } from 'pg'
import type { SocketClient } from './socket-client.ts'

const ROLE = { text: 'SELECT pg_is_in_recovery() AS standby', query_timeout: 2_000 }

/**
 * While a standby is promoted, the URL may lead to a server that is still, or now, a standby. A connection to it would
 * stay in the pool when the URL is right again.
 */
export async function refuseStandby(client: ClientBase): Promise<void> {
  try {
    const { rows } = await client.query<{ standby: boolean }>(ROLE)
    // read_only_sql_transaction, as a write would say there
    if (rows[0]?.standby)
      throw Object.assign(new Error('The database server is a standby.'), { code: '25006' })
  } catch (error) {
    // The pool would wait for a goodbye, which a silent server does not send.
    ;(client as SocketClient).destroy(error as Error)
    throw error
  }
}
