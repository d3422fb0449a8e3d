/** An input so deep that a schema or JSON.stringify ran out of stack: the client's fault, no failure of the server. */
export function isDeepInput(cause: unknown, input: unknown): boolean {
  const origin = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return origin instanceof RangeError && isDeep(input)
}

/** What the client is told of it. */
export const TOO_DEEP = 'The input is nested too deeply.'

const LEVELS = 500

/** Also what contains itself, as transformers can make it. */
export function isDeep(value: unknown): boolean {
  return heightOf(value, 0, new Map()) >= LEVELS
}

/** Infinite for what is deeper than the stack should be tried with. */
function heightOf(value: unknown, depth: number, heights: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === LEVELS) return Infinity
  // Each object once: where they are shared, there are more ways through them than anybody can go.
  const known = heights.get(value)
  if (known !== undefined) return known
  // What is found again below itself has no end.
  heights.set(value, Infinity)
  let height = 0
  for (const item of Object.values(value)) {
    height = Math.max(height, 1 + heightOf(item, depth + 1, heights))
  }
  heights.set(value, height)
  return height
}
