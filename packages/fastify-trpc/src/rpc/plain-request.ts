import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server'
import type { FastifyRequest } from 'fastify'
import { type CallOptions, callerOf } from '../trpc-internals/call-procedure.ts'
import type { RpcOptions } from '../types.ts'

export type PlainProcedure = {
  procedure: AnyTRPCProcedure
  type: 'query' | 'mutation'
  call: (options: CallOptions) => Promise<unknown>
}

export type PlainCall = PlainProcedure & { path: string }

export type PlainRequest = {
  isBatch: boolean
  calls: PlainCall[]
  /** The input as JSON, of a batch those of all calls; empty if there is none. */
  text: string
}

/**
 * Reads requests that are in the ordinary: single calls and batches, of one type that fits the method, by known paths,
 * answered by JSON. Of others it makes nothing: tRPC's own resolver knows better.
 */
export function plainReader(
  router: AnyTRPCRouter,
  { maxBatchSize = 100, allowMethodOverride = false }: RpcOptions,
): (request: FastifyRequest, path: string) => PlainRequest | undefined {
  const known = new Map<string, PlainProcedure>()
  const { pathSeparator } = router._def._config

  // Looked up in the router, as it grows by lazy ones.
  function procedureAt(path: string): PlainProcedure | undefined {
    const found = known.get(path)
    if (found) return found
    const procedure = (router._def.procedures as Record<string, AnyTRPCProcedure | undefined>)[path]
    const type = procedure?._def.type
    if (!procedure || type === undefined || type === 'subscription') return undefined
    const made = { procedure, type, call: callerOf(procedure) }
    known.set(path, made)
    return made
  }

  return (request, path) => {
    const kind = kindOf(request)
    if (!kind) return undefined
    const paths = kind.isBatch ? path.split(',') : [path]
    if (kind.isBatch && paths.length > maxBatchSize) return undefined
    const takes = request.method === 'GET' ? 'query' : 'mutation'
    const calls: PlainCall[] = []
    for (const each of paths) {
      const dotted = pathSeparator === '.' ? each : each.replaceAll(pathSeparator, '.')
      const found = procedureAt(dotted)
      if (!found) return undefined
      const isTaken = found.type === takes || (allowMethodOverride && request.method === 'POST')
      if (!isTaken || found.type !== (calls[0]?.type ?? found.type)) return undefined
      calls.push({ path: dotted, ...found })
    }
    return { ...kind, calls }
  }
}

function kindOf(request: FastifyRequest): { isBatch: boolean; text: string } | undefined {
  const { headers, method } = request
  const query = request.query as Record<string, unknown>
  const isGet = method === 'GET'
  const { batch } = query
  if (
    (batch !== undefined && batch !== '1') ||
    query['connectionParams'] !== undefined ||
    headers['trpc-accept'] !== undefined ||
    headers.accept?.includes('application/jsonl') ||
    (isGet ? headers['content-type'] !== undefined : method !== 'POST')
  )
    return undefined
  // A POST without a body may lack the content type, which tRPC insists on.
  const text = isGet ? (query['input'] ?? '') : request.body
  if (typeof text !== 'string') return undefined
  return { isBatch: batch === '1', text: isGet && text.includes('%') ? decodedInput(request) : text }
}

/** What is left of percent signs may be malformed, which tRPC decodes in its own way. */
function decodedInput({ url }: FastifyRequest): string {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('input') ?? ''
}
