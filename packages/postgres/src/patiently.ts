import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable, sqlStateOf } from './errors.ts'

const DEADLINE_MS = 120_000
const PAUSE_MS = 500

// Nothing listens there, or the address is wrong.
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/**
 * Repeats `attempt` for up to two minutes while a server is slow to answer, as on a busy machine or at its own start. Other
 * errors, as of a wrong address, are thrown at once.
 */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
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
