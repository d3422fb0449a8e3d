import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable, isUnreachable } from '../errors.ts'

// Less than the startup probe in infra/k8s allows, so that the log says why the start failed.
const DEADLINE_MS = 60_000
const PAUSE_MS = 500

/**
 * Returns a function that retries attempts while the server answers slowly, for example while it starts: for up to a
 * minute, all attempts together. `onRetry` receives the error of each attempt that is retried. Other errors, such as a
 * wrong address, are thrown at once.
 */
export function retryWhileSlow(
  onRetry: (error: Error) => void,
): <T>(attempt: () => Promise<T>) => Promise<T> {
  const end = performance.now() + DEADLINE_MS
  return async (attempt) => {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!isUnavailable(error) || isUnreachable(error) || performance.now() > end) throw error
        onRetry(error as Error)
        await sleep(PAUSE_MS)
      }
    }
  }
}
