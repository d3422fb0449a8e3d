/** A merge patch (RFC 7396) without its undefined members: absent members stay, null clears. */
export function withoutAbsent<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(patch).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** True if the row already has all values of the patch. */
export function changesNothing<T extends object>(row: T, patch: Partial<T>): boolean {
  return Object.entries(patch).every(([key, value]) => row[key as keyof T] === value)
}
