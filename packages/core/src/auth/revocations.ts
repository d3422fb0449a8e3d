import { Prisma } from '@todo/db'
import type { RunStatement } from '@todo/postgres'
import { ACCESS_TOKEN_SECONDS } from './key-ring.ts'

const POLL_MS = 400
const FRESH_MS = 1_000
// A transaction may commit after a poll although its time lies before it; no statement takes this long.
const OVERLAP_MS = 30_000
const KEEP_MS = (ACCESS_TOKEN_SECONDS + 60) * 1000

/** Which sessions have ended while their access tokens may still be valid. Each instance follows Postgres. */
export type Revocations = {
  /** Never older than a second: asks Postgres when the last look is. */
  has: (sessionId: string) => Promise<boolean>
  stop: () => void
}

export function followRevocations(run: RunStatement): Revocations {
  const revokedAt = new Map<string, number>()
  let newest = 0
  let lookedAt = 0
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const started = Date.now()
    const since = new Date(Math.max(newest - OVERLAP_MS, started - KEEP_MS))
    const rows = await run<{ id: string; at: number }>(Prisma.sql`
      SELECT session_id AS id, (extract(epoch FROM revoked_at) * 1000)::float8 AS at
      FROM session_revocations WHERE revoked_at >= ${since}`)
    for (const { id, at } of rows) {
      revokedAt.set(id, at)
      // Another instance's clock may be ahead: that must not hide what comes after.
      newest = Math.max(newest, Math.min(at, started))
    }
    for (const [id, at] of revokedAt) if (at < started - KEEP_MS) revokedAt.delete(id)
    lookedAt = started
  }

  const lookOnce = () => (looking ??= look().finally(() => (looking = undefined)))
  // While Postgres is away the request's own look says so.
  const timer = setInterval(() => void lookOnce().catch(() => undefined), POLL_MS)
  timer.unref()

  return {
    async has(sessionId) {
      if (revokedAt.has(sessionId)) return true
      if (Date.now() - lookedAt > FRESH_MS) await lookOnce()
      return revokedAt.has(sessionId)
    },
    stop: () => clearInterval(timer),
  }
}
