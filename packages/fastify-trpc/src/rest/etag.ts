/** A strong entity tag (RFC 9110 8.8.3) of a version. Characters that a tag cannot hold are percent-encoded. */
export function formatEtag(version: unknown): string {
  // Most versions are numbers, which need no escaping.
  if (typeof version === 'number') return `"${version}"`
  const text = String(version instanceof Date ? version.toJSON() : version)
  return `"${text.toWellFormed().replaceAll(UNFIT, encodeURIComponent)}"`
}

// Includes the percent sign, because it escapes. Tags may hold non-ASCII letters, but not every proxy passes them on.
const UNFIT = /[^\x21\x23\x24\x26-\x7e]+/gu

/** Compares If-None-Match with the current tag, weakly (RFC 9110 13.1.2). */
export function etagMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || tagsOf(header).some(({ tag }) => tag === etag)
}

/** The strong tags of an If-Match (weak ones never match, RFC 9110 13.1.1), each with its version as text. */
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
