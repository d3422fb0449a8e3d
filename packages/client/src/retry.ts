import { TodoApiError, TodoNetworkError } from './errors.ts'

export type RetryOptions = {
  /** Maximum number of attempts, the first one included; default 3. */
  attempts?: number
  /** Upper limit of the first pause in milliseconds, which doubles with each attempt; default 100. */
  baseMs?: number
  /** Longest pause in milliseconds; default 5000. */
  maxMs?: number
}

const TRANSIENT = new Set([429, 502, 503, 504])

/** True if the same call may succeed later. */
export function isTransient(error: unknown): error is TodoApiError | TodoNetworkError {
  return error instanceof TodoNetworkError || (error instanceof TodoApiError && TRANSIENT.has(error.status))
}

/** The pause before attempt `attempt + 1`: `Retry-After`, else exponential backoff with full jitter. */
export function pauseMs(
  error: unknown,
  attempt: number,
  { baseMs = 100, maxMs = 5_000 }: RetryOptions,
): number {
  if (error instanceof TodoApiError && error.retryAfterSeconds !== undefined)
    return error.retryAfterSeconds * 1000
  return Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1))
}

/** Waits; an abort rejects with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await untilAborted(new Promise((resolve) => (timer = setTimeout(resolve, ms))), signal)
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves as `promise` does; an abort rejects at once. A call in a batch has no request of its own to abort. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    const forget = () => signal.removeEventListener('abort', abort)
    promise.then(resolve, reject).then(forget, forget)
    if (signal.aborted) abort()
  })
}
