/** Resolves like `promise`, or to undefined if it rejects or takes longer than `ms`. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)))
  return Promise.race([promise.catch(() => undefined), timeout]).finally(() => clearTimeout(timer))
}
