/** Paths that clients are told about, on the start page and in the documents. */
export const PATHS = {
  rest: '/api/v1',
  rpc: '/trpc',
  docs: '/swagger-ui',
  openapi: '/api-doc/openapi.json',
  health: '/health',
}

/** Paths of the probes of orchestrators and load balancers. */
export const PROBES = { live: '/health/live', ready: '/health/ready' }
