import { TodoApiError, TodoNetworkError } from './errors.ts'

export type RetryOptions = {
  /** Calls at most, the first one counted; default 3. */
  attempts?: number
  /** First pause in milliseconds, doubled each time; default 100. */
  baseMs?: number
  /** Longest pause in milliseconds; default 5000. */
  maxMs?: number
}

const TRANSIENT = new Set([429, 502, 503, 504])

/** Whether the same call may succeed later. */
export function isTransient(error: unknown): error is TodoApiError | TodoNetworkError {
  return error instanceof TodoNetworkError || (error instanceof TodoApiError && TRANSIENT.has(error.status))
}

/** How long to wait before attempt `attempt + 1`: what Retry-After says, else exponential with full jitter. */
export function pauseMs(
  error: unknown,
  attempt: number,
  { baseMs = 100, maxMs = 5_000 }: RetryOptions,
): number {
  if (error instanceof TodoApiError && error.retryAfterSeconds !== undefined)
    return error.retryAfterSeconds * 1000
  return Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1))
}

/** Waits, or rejects with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await untilAborted(new Promise((resolve) => (timer = setTimeout(resolve, ms))), signal)
  } finally {
    clearTimeout(timer)
  }
}

/** What `promise` gives, or the signal's reason at once: a call in a batch cannot be cut off from the others. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    const forget = () => signal.removeEventListener('abort', abort)
    promise.then(resolve, reject).then(forget, forget)
    if (signal.aborted) abort()
  })
}
