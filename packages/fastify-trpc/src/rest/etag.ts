/** A strong entity tag (RFC 9110 8.8.3) of a version. What a tag cannot hold is escaped, so that it comes back as it was. */
export function formatEtag(version: unknown): string {
  // Most versions are numbers, in which nothing is to be escaped.
  if (typeof version === 'number') return `"${version}"`
  const text = String(version instanceof Date ? version.toJSON() : version)
  return `"${text.toWellFormed().replaceAll(UNFIT, encodeURIComponent)}"`
}

// The percent sign is what escapes. Letters beyond ASCII may be in a tag, but not every proxy lets them pass.
const UNFIT = /[^\x21\x23\x24\x26-\x7e]+/gu

/** If-None-Match against the tag of what there is: weak comparison (RFC 9110 13.1.2). */
export function etagMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || tagsOf(header).some(({ tag }) => tag === etag)
}

/** The tags that an If-Match can match: strong ones only (RFC 9110 13.1.1), each with the version as text. */
export function strongTagsOf(header: string): { tag: string; text: string }[] {
  return tagsOf(header).flatMap(({ isWeak, tag }) => (isWeak ? [] : { tag, text: textOf(tag) }))
}

function tagsOf(header: string): { isWeak: boolean; tag: string }[] {
  const tags = header.matchAll(/(?:^|,)\s*(W\/)?("[^"]*")\s*(?=,|$)/g)
  return [...tags].map(([, weak, tag = '']) => ({ isWeak: weak !== undefined, tag }))
}

function textOf(tag: string): string {
  const escaped = tag.slice(1, -1)
  try {
    return decodeURIComponent(escaped)
  } catch {
    return escaped
  }
}
