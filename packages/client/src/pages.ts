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
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== null)
}
