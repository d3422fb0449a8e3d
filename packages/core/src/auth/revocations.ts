import { Prisma } from '@todo/db'
import type { RunStatement } from '@todo/postgres'
import { ACCESS_TOKEN_SECONDS } from './key-ring.ts'

const POLL_MS = 400
const FRESH_MS = 1_000
// A transaction may commit after a poll although its time is before the poll. No statement takes this long.
const OVERLAP_MS = 30_000
const KEEP_MS = (ACCESS_TOKEN_SECONDS + 60) * 1000

/** Sessions that have ended while their access tokens may still be valid. Each instance polls Postgres. */
export type Revocations = {
  /** At most a second out of date: polls Postgres first if the last poll is older. */
  has: (sessionId: string) => Promise<boolean>
  stop: () => void
}

export function followRevocations(run: RunStatement): Revocations {
  const revokedAt = new Map<string, number>()
  let newest = 0
  let polledAt = 0
  let polling: Promise<void> | undefined

  async function poll(): Promise<void> {
    const started = Date.now()
    const since = new Date(Math.max(newest - OVERLAP_MS, started - KEEP_MS))
    const rows = await run<{ id: string; at: number }>(Prisma.sql`
      SELECT session_id AS id, (extract(epoch FROM revoked_at) * 1000)::float8 AS at
      FROM session_revocations WHERE revoked_at >= ${since}`)
    for (const { id, at } of rows) {
      revokedAt.set(id, at)
      // Another instance's clock may be ahead, which must not hide later revocations.
      newest = Math.max(newest, Math.min(at, started))
    }
    for (const [id, at] of revokedAt) if (at < started - KEEP_MS) revokedAt.delete(id)
    polledAt = started
  }

  const pollOnce = () => (polling ??= poll().finally(() => (polling = undefined)))
  // If Postgres is unavailable, the poll that a request waits for reports it.
  const timer = setInterval(() => void pollOnce().catch(() => undefined), POLL_MS)
  timer.unref()

  return {
    async has(sessionId) {
      if (revokedAt.has(sessionId)) return true
      if (Date.now() - polledAt > FRESH_MS) await pollOnce()
      return revokedAt.has(sessionId)
    },
    stop: () => clearInterval(timer),
  }
}
