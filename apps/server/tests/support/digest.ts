import type { Database } from '@todo/db'

/** A hash of everything in the database: two are the same when nothing was written. */
export async function digest(pool: Database['pool']): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  )
  const parts = rows.map(
    ({ name }) => `(SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM "${name}" t)`,
  )
  const { rows: result } = await pool.query<{ digest: string }>(
    `SELECT concat_ws(',', ${parts.join(', ')}) AS digest`,
  )
  return result[0]?.digest ?? ''
}
