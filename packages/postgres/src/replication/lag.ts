import type { Position } from './position.ts'

const KEEP_MS = 60_000

/**
 * How far replicas are behind, by one clock, this one: the time since the primary was first seen with what a replica
 * lacks. `now() - pg_last_xact_replay_timestamp()` would grow while nobody writes, and compare two machines' clocks.
 */
export function lagClock(now: () => number = () => performance.now()) {
  /** Where the primary was, and since when; the oldest first. */
  let seen: { at: number; position: Position }[] = []

  return {
    saw(position: Position): void {
      const last = seen.at(-1)?.position
      if (last && last.timeline !== position.timeline) seen = []
      if (last && last.timeline === position.timeline && last.lsn >= position.lsn) return
      seen.push({ at: now(), position })
      const since = now() - KEEP_MS
      if ((seen[1]?.at ?? Infinity) < since) seen = seen.filter(({ at }) => at >= since)
    },
    /** Of the primary, when it was last seen. */
    timeline: (): number | undefined => seen.at(-1)?.position.timeline,
    /** Milliseconds, at most a minute. */
    lagOf({ lsn }: Position): number {
      const lacks = seen.find(({ position }) => position.lsn > lsn)
      return lacks ? now() - lacks.at : 0
    },
  }
}
