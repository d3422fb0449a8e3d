/** A place in the write-ahead log. Those of one timeline are ordered; each promotion of a standby begins another. */
export type Position = { timeline: number; lsn: bigint }

/** As Postgres writes it: '16/B374D848'. */
export function parseLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

/** The consistency token: as text it is ordered as positions are, so that clients can keep the newest one blindly. */
export function formatToken({ timeline, lsn }: Position): string {
  return `${timeline.toString(16).padStart(8, '0')}-${lsn.toString(16).padStart(16, '0')}`
}

/** undefined: it is none of ours. */
export function parseToken(token: string): Position | undefined {
  const [, timeline, lsn] = /^([\da-f]{8})-([\da-f]{16})$/.exec(token) ?? []
  if (timeline === undefined || lsn === undefined) return undefined
  return { timeline: parseInt(timeline, 16), lsn: BigInt(`0x${lsn}`) }
}

/** Whether who has seen `seen` has seen `wanted`. What another timeline holds, nobody can tell from the numbers. */
export const includes = (seen: Position, wanted: Position) =>
  seen.timeline === wanted.timeline && seen.lsn >= wanted.lsn
