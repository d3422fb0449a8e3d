import { type TRPCUntypedClient, createTRPCUntypedClient, httpBatchLink, httpLink } from '@trpc/client'
import { fromForeign } from './errors.ts'
import { operations } from './generated/contract.ts'
import type { TodoClientOptions } from './types.ts'

export type Send = (
  path: string,
  input: unknown,
  request: { token: string | undefined; signal: AbortSignal },
) => Promise<unknown>

const MAX_BATCH = 20
const TOKEN_HEADER = 'consistency-token'

/** Makes a function that sends one attempt of one call, through tRPC's own client. */
export function createSend({
  url,
  mode,
  headers = {},
  batch = true,
  fetch: ownFetch,
}: Pick<TodoClientOptions, 'url' | 'mode' | 'headers' | 'batch' | 'fetch'>): Send {
  const send = ownFetch ?? globalThis.fetch

  /** The newest consistency token received. Tokens compare as text. */
  let seen = ''

  async function fetchAnswer(target: string, init: RequestInit): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(seen !== '' && { [TOKEN_HEADER]: seen }),
    }
    const credentials = mode === 'cookie' && { credentials: 'include' as const }
    const response = await send(target, { ...init, headers, ...credentials })
    const token = response.headers.get(TOKEN_HEADER) ?? ''
    if (token > seen) seen = token
    // tRPC's client would lose the status and Retry-After of a response that is not JSON.
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    if (response.ok || isJson) return response
    await response.body?.cancel()
    throw fromForeign(response)
  }

  function connect(token: string | undefined) {
    const base = {
      url: `${url.replace(/\/+$/, '')}/trpc`,
      fetch: fetchAnswer,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    }
    const alone = createTRPCUntypedClient({ links: [httpLink(untyped(base))] })
    if (!batch) return { token, alone, together: alone }
    const link = httpBatchLink(untyped({ ...base, maxItems: MAX_BATCH, maxURLLength: 4_000 }))
    return { token, alone, together: createTRPCUntypedClient({ links: [link] }) }
  }

  // A request carries one access token, so calls with different tokens must not share a batch.
  let connection = connect(undefined)

  return (path, input, { token, signal }) => {
    if (connection.token !== token) connection = connect(token)
    // Calls of `auth` are not batched: their responses set cookies, and they must not wait for other calls.
    const client: TRPCUntypedClient<never> = path.startsWith('auth.') ? connection.alone : connection.together
    return client[operations[path]?.type ?? 'mutation'](path, input, { signal })
  }
}

/** tRPC's links infer from the router's type whether it has a transformer; this service has none. */
function untyped(options: object): never {
  return options as never
}
