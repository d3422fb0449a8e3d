import { checkCode } from './contract.ts'
import { operations } from './rest.ts'

/** The type of `error.data`: `code` and `httpStatus` are tRPC's, the rest is ours. */
export type RpcError = {
  message: string
  data: {
    code: string
    httpStatus: number
    reason: string
    status: number
    errors?: { path: string; message: string }[]
    retryAfterSeconds?: number
    requestId?: string
  }
}

export type RpcRequest = {
  input?: unknown
  token?: string | undefined
  /** Sent instead of the input's JSON. */
  rawBody?: string
  contentType?: string
  method?: string
}

export type RpcAnswer = { status: number; body: { result: { data?: unknown } } | { error: RpcError } }

/** Sends a single call, as tRPC's `httpLink` does. */
export async function rpc(url: string, path: string, request: RpcRequest): Promise<RpcAnswer> {
  const { input = {}, token, rawBody, contentType = 'application/json' } = request
  const method = request.method ?? (operations.get(path)?.type === 'query' ? 'GET' : 'POST')
  const json = JSON.stringify(input)
  const query = method === 'GET' ? `?input=${encodeURIComponent(json)}` : ''
  const response = await fetch(`${url}/trpc/${path}${query}`, {
    method,
    ...(method === 'POST' && { body: rawBody ?? json }),
    headers: {
      ...(method === 'POST' && { 'content-type': contentType }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  })
  return { status: response.status, body: (await response.json()) as RpcAnswer['body'] }
}

/** Checks the `reason` and `status` of an RPC error against the document of REST. */
export function checkRpcError(path: string, { status, reason: code }: RpcError['data']): void {
  const { method, path: template } = operations.get(path)!.openapi
  checkCode({ verb: method.toLowerCase(), template, status, code })
}
