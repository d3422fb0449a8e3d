import { type TodoClient, createTodoClient } from '@todo/client'
import { type AnyTRPCProcedure } from '@trpc/server'
import { createTRPCUntypedClient, httpBatchLink } from '@trpc/client'
import { appRouter } from '@todo/api'
import { rest } from './rest.ts'

export type ApiClient = {
  name: string
  /** Calls an operation; rejects with its error. */
  call: (path: string, input?: Record<string, unknown>) => Promise<unknown>
  token: () => string | undefined
}

type Tokens = { accessToken: string }

/** Calls REST with fetch. */
export function restClient(url: string): ApiClient {
  let token: string | undefined
  return {
    name: 'REST',
    token: () => token,
    async call(path, input) {
      const { status, body } = await rest(url, path, { input, token })
      if (status >= 400) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
      if (path === 'auth.logIn' || path === 'auth.refresh') token = (body as Tokens).accessToken
      return body
    },
  }
}

/** Calls RPC with tRPC's own client. */
export function rpcClient(url: string): ApiClient {
  let token: string | undefined
  const link = httpBatchLink({
    url: `${url}/trpc`,
    headers: () => (token === undefined ? {} : { authorization: `Bearer ${token}` }),
  })
  const client = createTRPCUntypedClient({ links: [link] })
  const procedures = appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>
  return {
    name: 'RPC',
    token: () => token,
    async call(path, input) {
      const type = procedures[path]!._def.type as 'query' | 'mutation'
      const output = await client[type](path, input)
      if (path === 'auth.logIn' || path === 'auth.refresh') token = (output as Tokens).accessToken
      return output ?? undefined
    },
  }
}

/** Calls the SDK. */
export function sdkClient(url: string): ApiClient {
  let token: string | undefined
  const client: TodoClient = createTodoClient({
    url,
    onSessionChange: (session) => (token = session?.accessToken ?? token),
  })
  const families = client as unknown as Record<string, Record<string, (input?: unknown) => Promise<unknown>>>
  return {
    name: 'SDK',
    token: () => token,
    async call(path, input) {
      const [family = '', name = ''] = path.split('.')
      const output = await families[family]![name]!(input)
      return output ?? undefined
    },
  }
}
