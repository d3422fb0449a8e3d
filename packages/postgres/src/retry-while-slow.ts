import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable, sqlStateOf } from './errors.ts'

const DEADLINE_MS = 120_000
const PAUSE_MS = 500

// No server listens there, or the address is wrong.
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/**
 * Retries `attempt` for up to two minutes while the server answers slowly, for example while it starts. Other errors, such
 * as a wrong address, are thrown at once.
 */
export async function retryWhileSlow<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + DEADLINE_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isSlow(error) || performance.now() > end) throw error
      await sleep(PAUSE_MS)
    }
  }
}

const isSlow = (error: unknown) => isUnavailable(error) && !UNREACHABLE.test(sqlStateOf(error as Error))
