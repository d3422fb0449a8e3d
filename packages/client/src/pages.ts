import type { CallOptions } from './types.ts'

type Page = { items: unknown[]; nextCursor: string | null }
type PageCall = (input: Record<string, unknown>, options: CallOptions) => Promise<Page>

/** Yields the items of all pages of `call`, and fetches each page only when it is needed. */
export async function* allItems(
  call: PageCall,
  input: Record<string, unknown> = {},
  options: CallOptions = {},
): AsyncIterableIterator<unknown> {
  let cursor: string | null | undefined
  do {
    const page: Page = await call({ ...input, ...(cursor !== undefined && { cursor }) }, options)
    for (const item of page.items) {
      // An abort also stops in the middle of a page.
      options.signal?.throwIfAborted()
      yield item
    }
    cursor = page.nextCursor
  } while (cursor !== null)
}
