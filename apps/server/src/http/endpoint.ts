import type { FastifyRequest } from 'fastify'

type RouteConfig = { trpc?: { path: string; openApiPath?: string } }

/** The label of a request in logs and metrics: OpenAPI path, procedure or route, so the number of labels is bounded. */
export function endpointOf({ routeOptions: { url, config } }: FastifyRequest): string {
  const { trpc } = config as RouteConfig
  if (trpc) return trpc.openApiPath ?? `/trpc/${trpc.path}`
  return url ?? 'unmatched'
}
