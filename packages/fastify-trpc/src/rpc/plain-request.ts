import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server'
import type { FastifyRequest } from 'fastify'
import { type CallOptions, callerOf } from '../trpc-internals/call-procedure.ts'
import { configOf, definitionOf, proceduresOf } from '../trpc-internals/router.ts'
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
  /** The input as JSON; for a batch, the inputs of all calls by index. Empty without an input. */
  text: string
}

/**
 * Reads plain requests: a single call or a batch of known procedures, all of the type that fits the method, with a JSON
 * response. Returns undefined for all others, which go to tRPC's own resolver.
 */
export function plainReader(
  router: AnyTRPCRouter,
  { maxBatchSize = 100, allowMethodOverride = false }: RpcOptions,
): (request: FastifyRequest, path: string) => PlainRequest | undefined {
  const known = new Map<string, PlainProcedure>()
  const { pathSeparator } = configOf(router)

  // Looked up each time, because lazy routers add procedures later.
  function procedureAt(path: string): PlainProcedure | undefined {
    const found = known.get(path)
    if (found) return found
    const procedure = proceduresOf(router)[path]
    const type = procedure && definitionOf(procedure).type
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
  // A POST without a body may lack the content type that tRPC requires: leave it to the resolver.
  const text = isGet ? (query['input'] ?? '') : request.body
  if (typeof text !== 'string') return undefined
  return { isBatch: batch === '1', text: isGet && text.includes('%') ? decodedInput(request) : text }
}

/** Decodes like tRPC, which differs from Fastify for malformed percent-encoding. */
function decodedInput({ url }: FastifyRequest): string {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('input') ?? ''
}
