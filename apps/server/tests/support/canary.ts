import type { Database } from '@todo/db'
import { expect } from 'vitest'

export const CANARY = 'canary-that-no-interface-may-show'

/** Adds to each table a column that the code does not know. */
export async function addCanaries(pool: Database['pool']): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  )
  expect(rows.length).toBeGreaterThan(8)
  for (const { name } of rows) {
    await pool.query(`ALTER TABLE "${name}" ADD COLUMN canary text NOT NULL DEFAULT '${CANARY}'`)
  }
}

export function expectNoCanary(value: unknown): void {
  expect(JSON.stringify([value])).not.toContain(CANARY)
}
