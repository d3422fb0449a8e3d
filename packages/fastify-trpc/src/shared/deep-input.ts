/** True if an input was nested so deeply that a schema or JSON.stringify overflowed the stack: a client error. */
export function isDeepInput(cause: unknown, input: unknown): boolean {
  const origin = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return origin instanceof RangeError && isDeep(input)
}

export const TOO_DEEP = 'The input is nested too deeply.'

const LEVELS = 500

/** Also true for values that contain themselves, which transformers can create. */
export function isDeep(value: unknown): boolean {
  return heightOf(value, 0, new Map()) >= LEVELS
}

/** The number of levels below a value; Infinity beyond the limit. */
function heightOf(value: unknown, depth: number, heights: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === LEVELS) return Infinity
  // Visit each object once: shared objects make the number of paths exponential.
  const known = heights.get(value)
  if (known !== undefined) return known
  // An object that is found again below itself has infinite height.
  heights.set(value, Infinity)
  let height = 0
  for (const item of Object.values(value)) {
    height = Math.max(height, 1 + heightOf(item, depth + 1, heights))
  }
  heights.set(value, height)
  return height
}
