/** A strong entity tag (RFC 9110 8.8.3) of a version. */
export const formatEtag = (version: unknown) => `"${String(version)}"`

/** If-None-Match against the tag of what there is: weak comparison (RFC 9110 13.1.2). */
export function etagMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

/** The version that an If-Match names; undefined when it can match none: it compares strongly (RFC 9110 13.1.1). */
export function versionOfIfMatch(header: string): number | undefined {
  const version = /^\s*"(\d{1,9})"\s*$/.exec(header)?.[1]
  return version === undefined ? undefined : Number(version)
}
