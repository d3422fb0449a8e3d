import type { Database } from '@todo/db'
import { isUnavailable } from '@todo/postgres'
import { isUnreachable } from './explain-start-error.ts'

// Each attempt takes up to the pool's connection timeout of three seconds.
const ATTEMPTS = 20

/**
 * Waits for the first connection: on a busy machine it can take longer than the pool's connection timeout.
 * @throws Error at once if nothing listens at the database's address
 */
export async function waitForDatabase(pool: Database['pool']): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await pool.query('SELECT 1')
      return
    } catch (error) {
      if (attempt === ATTEMPTS || isUnreachable(error) || !isUnavailable(error)) throw error
    }
  }
}
