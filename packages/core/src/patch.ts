/** `T` with members that are absent instead of undefined. */
type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** A merge patch (RFC 7396) without its undefined members: absent members stay, null clears. */
export function withoutAbsent<T extends object>(patch: T): Present<T> {
  const present = Object.entries(patch).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as Present<T>
}

/** True if the row already has all values of the patch. */
export function changesNothing<T extends object>(row: T, patch: Partial<T>): boolean {
  return Object.entries(patch).every(([key, value]) => row[key as keyof T] === value)
}
