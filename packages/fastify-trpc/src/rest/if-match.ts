import type * as z from 'zod'
import { formatEtag, strongTagsOf } from './etag.ts'
import type { Codec } from './text-codecs.ts'

/**
 * Reads the version from an If-Match header. Undefined unless exactly one of its tags is a version that the input's
 * member accepts.
 */
export function ifMatchReader(codec: Codec, member: z.ZodType | undefined): (header: string) => unknown {
  return (header) => {
    const versions = new Map<string, unknown>()
    for (const { tag, text } of strongTagsOf(header)) {
      const version = codec(text)
      // Tags are compared character by character (RFC 9110 8.8.3.2): "03" is not the tag of 3.
      if (formatEtag(version) !== tag) continue
      if (member?.safeParse(version).success !== false) versions.set(tag, version)
    }
    return versions.size === 1 ? versions.values().next().value : undefined
  }
}
