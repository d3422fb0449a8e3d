import type { Position } from './position.ts'

const KEEP_MS = 60_000

/**
 * Measures replication lag by the clock of this process: the time since the primary was first seen at a position that
 * the replica has not replayed. `now() - pg_last_xact_replay_timestamp()` would grow while there are no writes, and
 * would compare the clocks of two machines.
 */
export function lagClock(now: () => number = () => performance.now()) {
  /** Positions of the primary and when each was first seen, oldest first. */
  let seen: { at: number; position: Position }[] = []

  return {
    observe(position: Position): void {
      const last = seen.at(-1)?.position
      if (last && last.timeline !== position.timeline) seen = []
      if (last && last.timeline === position.timeline && last.lsn >= position.lsn) return
      seen.push({ at: now(), position })
      const since = now() - KEEP_MS
      if ((seen[1]?.at ?? Infinity) < since) seen = seen.filter(({ at }) => at >= since)
    },
    /** The primary's last known position. */
    latest: (): Position | undefined => seen.at(-1)?.position,
    /** In milliseconds. At most about a minute, as older positions are dropped. */
    lagOf({ lsn }: Position): number {
      const missing = seen.find(({ position }) => position.lsn > lsn)
      return missing ? now() - missing.at : 0
    },
  }
}
