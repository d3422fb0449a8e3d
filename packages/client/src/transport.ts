import { createTRPCUntypedClient, httpBatchLink, httpLink } from '@trpc/client'
import { operations } from './generated/contract.ts'
import type { TodoClientOptions } from './types.ts'

export type Send = (
  path: string,
  input: unknown,
  request: { token: string | undefined; signal: AbortSignal },
) => Promise<unknown>

const MAX_BATCH = 20

/** One attempt of one call over tRPC's own client. */
export function createSend({
  url,
  mode,
  headers = {},
  batch = true,
  fetch: ownFetch,
}: Pick<TodoClientOptions, 'url' | 'mode' | 'headers' | 'batch' | 'fetch'>): Send {
  const send = ownFetch ?? globalThis.fetch
  const credentials = mode === 'cookie' ? 'include' : 'same-origin'
  const base = {
    url: `${url.replace(/\/+$/, '')}/trpc`,
    fetch: (target: string, init: RequestInit) => send(target, { ...init, credentials }),
  }
  const headersOf = (context: Record<string, unknown>) => {
    const { token } = context
    return typeof token === 'string' ? { ...headers, authorization: `Bearer ${token}` } : headers
  }
  const single = httpLink(untyped({ ...base, headers: ({ op }: { op: Call }) => headersOf(op.context) }))
  const batched = httpBatchLink(
    untyped({
      ...base,
      maxItems: MAX_BATCH,
      maxURLLength: 4_000,
      headers: ({ opList }: { opList: [Call] }) => headersOf(opList[0].context),
    }),
  )
  // Authentication goes alone: its answers set cookies, and it must not wait for others.
  const alone = createTRPCUntypedClient({ links: [single] })
  const together = batch ? createTRPCUntypedClient({ links: [batched] }) : alone

  return (path, input, { token, signal }) => {
    const client = path.startsWith('auth.') ? alone : together
    const type = operations[path]?.type ?? 'mutation'
    return client[type](path, input, { signal, context: { token } })
  }
}

type Call = { context: Record<string, unknown> }

/** tRPC's links want to know from the router's type whether it has a transformer; this service has none. */
function untyped(options: object): never {
  return options as never
}
