import type { Database } from '@todo/db'

/** A hash of all rows in the database: it stays the same if nothing is written. */
export async function digest(pool: Database['pool']): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  )
  const hashes: string[] = []
  // One table per statement: Citus cannot join distributed tables of different owners.
  for (const { name } of tables) {
    const { rows } = await pool.query<{ hash: string }>(
      `SELECT md5(coalesce(string_agg(line, '|' ORDER BY line), '')) AS hash FROM (SELECT t::text AS line FROM "${name}" t) AS lines`,
    )
    hashes.push(rows[0]?.hash ?? '')
  }
  return hashes.join()
}
