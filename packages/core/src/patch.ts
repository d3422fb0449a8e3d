/** A merge patch (RFC 7396) without the members that are undefined: absent leaves, null clears. */
export function withoutAbsent<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(patch).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** Whether the row has all values of the patch already, so that nothing is to be written. */
export function changesNothing<T extends object>(row: T, patch: Partial<T>): boolean {
  return Object.entries(patch).every(([key, value]) => row[key as keyof T] === value)
}
