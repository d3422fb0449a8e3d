// Does not use ../../env.ts: loading Zod would take longer than the health check itself.
const ANY_ADDRESS = new Set(['', '0.0.0.0', '::'])

/** The address that the instance of this container listens on. */
export function listeningAt(): { host: string; port: number } {
  const host = process.env['HOST'] ?? ''
  return { host: ANY_ADDRESS.has(host) ? '127.0.0.1' : host, port: Number(process.env['PORT'] || 8000) }
}
