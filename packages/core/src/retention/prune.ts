import type { Context } from '../context.ts'
import { ACCESS_TOKEN_SECONDS } from '../auth/key-ring.ts'
import { inTransaction } from '../transaction.ts'

const DAY_MS = 86_400_000

/** How long changes are kept. Older cursors get 410. */
export const CHANGES_KEPT_MS = 90 * DAY_MS

type Expiring = {
  table: string
  /** Rows are deleted when their `time` is this long ago. */
  keptMs: number
  time: string
  key: string
}

const EXPIRING: readonly Expiring[] = [
  { table: 'changes', time: 'at', key: 'owner_id, seq', keptMs: CHANGES_KEPT_MS },
  { table: 'sessions', time: 'expires_at', key: 'owner_id, id', keptMs: DAY_MS },
  // Kept until all access tokens of the session have expired, and a day longer because clocks differ.
  {
    table: 'session_revocations',
    time: 'revoked_at',
    key: 'owner_id, session_id',
    keptMs: ACCESS_TOKEN_SECONDS * 1000 + DAY_MS,
  },
]

// An advisory lock of this service, held per transaction: a pooler may use another connection for the next one.
const LOCK = 72_707_373

export type PruneOptions = {
  /** Rows deleted in one transaction. */
  batchSize?: number
  /** Runs between two batches, so that other work gets its turn. */
  pause?: () => Promise<unknown>
  /** Stops between two batches. */
  signal?: AbortSignal
  onBatch?: (table: string, rows: number) => void
}

/** Deletes expired rows in small batches. Does nothing while another instance does so. */
export async function prune(ctx: Context, options: PruneOptions = {}): Promise<void> {
  for (const expiring of EXPIRING) {
    if (!(await pruneTable(ctx, expiring, options))) return
  }
}

/** Returns false if another instance is deleting rows or the signal has stopped this call. */
async function pruneTable(
  ctx: Context,
  { table, time, key, keptMs }: Expiring,
  { batchSize = 1_000, pause = async () => undefined, signal, onBatch }: PruneOptions,
): Promise<boolean> {
  const before = new Date(ctx.now().getTime() - keptMs)
  const text = `
    WITH gone AS (
      DELETE FROM ${table} WHERE (${key}) IN (
        SELECT ${key} FROM ${table} WHERE ${time} < $1::timestamptz ORDER BY ${time} LIMIT $2::int
      ) RETURNING 1
    ) SELECT count(*)::int AS rows FROM gone`
  for (;;) {
    if (signal?.aborted) return false
    const rows = await inTransaction(ctx, async ({ run }) => {
      const [lock] = await run<{ mine: boolean }>({
        text: 'SELECT pg_try_advisory_xact_lock($1::bigint) AS mine',
        values: [LOCK],
      })
      if (!lock?.mine) return undefined
      const [deleted] = await run<{ rows: number }>({ text, values: [before, batchSize] })
      return deleted?.rows ?? 0
    })
    if (rows === undefined) return false
    if (rows > 0) onBatch?.(table, rows)
    if (rows < batchSize) return true
    await pause()
  }
}
