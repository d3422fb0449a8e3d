import type { CallOptions } from './types.ts'

type Page = { items: unknown[]; nextCursor: string | null }
type PageCall = (input: Record<string, unknown>, options: CallOptions) => Promise<Page>

/** Walks the pages of `call`, one at a time. */
export async function* allItems(
  call: PageCall,
  input: Record<string, unknown> = {},
  options: CallOptions = {},
): AsyncIterableIterator<unknown> {
  let cursor: string | null | undefined
  do {
    const page: Page = await call({ ...input, ...(cursor !== undefined && { cursor }) }, options)
    for (const item of page.items) {
      // Whoever has aborted wants no more of the page that is here already.
      options.signal?.throwIfAborted()
      yield item
    }
    cursor = page.nextCursor
  } while (cursor !== null)
}
