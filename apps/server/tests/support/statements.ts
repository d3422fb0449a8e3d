import type { Database } from '@todo/db'

/** Every SQL text that goes over a pool, each once. */
export function recordStatements(pool: Database['pool']): () => ReadonlySet<string> {
  const texts = new Set<string>()
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = ((...args: unknown[]) => {
      const [what] = args
      texts.add(typeof what === 'string' ? what : (what as { text: string }).text)
      return query(...args)
    }) as typeof client.query
  })
  return () => texts
}

/** What goes to all shards of a Citus cluster on purpose: by a part of its text, with the reason. */
export const CROSS_SHARD: readonly [RegExp, string][] = [
  [
    /count\(\*\)::int AS count FROM sessions WHERE expires_at/,
    'the metric of sessions, asked every 15 seconds',
  ],
  [/DELETE FROM (changes|sessions) WHERE \(/, 'retention, in the background'],
]
