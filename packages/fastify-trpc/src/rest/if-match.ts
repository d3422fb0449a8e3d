import { TRPCError } from '@trpc/server'
import type * as z from 'zod'
import { formatEtag, strongTagsOf } from './etag.ts'
import type { Codec } from './text-codecs.ts'

/**
 * Makes of an If-Match the version that it names, for the member of the input that holds it. The member takes one: of
 * several that may be meant, the procedure could not be told.
 */
export function ifMatchReader(codec: Codec, member: z.ZodType | undefined): (header: string) => unknown {
  return (header) => {
    const versions = new Map<string, unknown>()
    for (const { tag, text } of strongTagsOf(header)) {
      const version = codec(text)
      // Tags are compared as they are written (RFC 9110 8.8.3.2): "03" is not the tag of 3.
      if (formatEtag(version) !== tag) continue
      if (member?.safeParse(version).success !== false) versions.set(tag, version)
    }
    if (versions.size === 1) return versions.values().next().value
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message:
        versions.size === 0
          ? 'If-Match names no version of this resource.'
          : 'If-Match names several versions; this takes one.',
    })
  }
}
