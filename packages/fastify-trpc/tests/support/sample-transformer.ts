import { deserialize, serialize } from 'node:v8'

/** Keeps which objects are the same, as superjson does. */
export const referenceTransformer = {
  serialize: (value: unknown) => serialize(value).toString('base64'),
  deserialize: (text: string): unknown => deserialize(Buffer.from(text, 'base64')),
}

/** What only such a transformer can carry. */
export function makeCycle(): unknown {
  const cycle: unknown[] = []
  cycle.push(cycle)
  return cycle
}
