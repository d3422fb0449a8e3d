/** A merge patch (RFC 7396) without the members that are undefined: absent leaves, null clears. */
export function withoutAbsent<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(patch).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
