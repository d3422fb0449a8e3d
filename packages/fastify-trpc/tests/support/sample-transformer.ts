import { deserialize, serialize } from 'node:v8'

/** Preserves the identity of objects, like superjson. */
export const referenceTransformer = {
  serialize: (value: unknown) => serialize(value).toString('base64'),
  deserialize: (text: string): unknown => deserialize(Buffer.from(text, 'base64')),
}

/** A value that only such a transformer can represent. */
export function makeCycle(): unknown {
  const cycle: unknown[] = []
  cycle.push(cycle)
  return cycle
}
