import type { Database } from '@todo/db'

/** Records the SQL texts that are sent to a database, without duplicates. */
export function recordStatements(database: Database): () => ReadonlySet<string> {
  const texts = new Set<string>()
  const { pool, run } = database
  // Lookups bypass the pool.
  database.run = (statement) => {
    texts.add(statement.text)
    return run(statement)
  }
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

/** Statements that go to all shards of a Citus cluster on purpose: a part of their text, and the reason. */
export const CROSS_SHARD: readonly [RegExp, string][] = [
  [
    /count\(\*\)::int AS count FROM sessions WHERE expires_at/,
    'the metric of sessions, asked every 15 seconds',
  ],
  [/DELETE FROM (changes|sessions) WHERE \(/, 'retention, in the background'],
]
