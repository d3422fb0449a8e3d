/** An input so deep that a schema or JSON.stringify ran out of stack: the client's fault, no failure of the server. */
export function isDeepInput(cause: unknown, input: unknown): boolean {
  const origin = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return origin instanceof RangeError && isDeep(input)
}

/** What the client is told of it. */
export const TOO_DEEP = 'The input is nested too deeply.'

const LEVELS = 500

/** Level by level, as recursion would run out of stack, too. */
export function isDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth < LEVELS; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
    if (level.length === 0) return false
  }
  return true
}
