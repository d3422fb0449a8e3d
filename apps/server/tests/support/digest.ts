import type { Database } from '@todo/db'

/** A hash of everything in the database: two are the same when nothing was written. */
export async function digest(pool: Database['pool']): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  )
  const hashes: string[] = []
  // One by one: Citus has no statement of several tables that are not of one owner.
  for (const { name } of tables) {
    const { rows } = await pool.query<{ hash: string }>(
      `SELECT md5(coalesce(string_agg(line, '|' ORDER BY line), '')) AS hash FROM (SELECT t::text AS line FROM "${name}" t) AS lines`,
    )
    hashes.push(rows[0]?.hash ?? '')
  }
  return hashes.join()
}
