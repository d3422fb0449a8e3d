/** A position in the write-ahead log. Positions are ordered within a timeline; each promotion starts a new timeline. */
export type Position = { timeline: number; lsn: bigint }

/** Parses Postgres' notation: '16/B374D848'. */
export function parseLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

/** The consistency token of a position. Tokens sort as text, so clients can keep the greatest without parsing it. */
export function formatToken({ timeline, lsn }: Position): string {
  return `${timeline.toString(16).padStart(8, '0')}-${lsn.toString(16).padStart(16, '0')}`
}

/** Returns undefined for text that is not a token. */
export function parseToken(token: string): Position | undefined {
  const [, timeline, lsn] = /^([\da-f]{8})-([\da-f]{16})$/.exec(token) ?? []
  if (timeline === undefined || lsn === undefined) return undefined
  return { timeline: parseInt(timeline, 16), lsn: BigInt(`0x${lsn}`) }
}

/** True if `seen` is at or past `wanted`. Timelines are not comparable. */
export const includes = (seen: Position, wanted: Position) =>
  seen.timeline === wanted.timeline && seen.lsn >= wanted.lsn
