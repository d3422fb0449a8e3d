/** A position between two neighbours, either of which may be missing. Undefined if no number fits between them. */
export function positionBetween(before: number | undefined, after: number | undefined): number | undefined {
  if (after === undefined) return (before ?? 0) + 1
  if (before === undefined) return after - 1
  const middle = before + (after - before) / 2
  return middle > before && middle < after ? middle : undefined
}
