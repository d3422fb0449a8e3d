// What serves checks the environment; to load that would take longer than to ask.
const ANY_ADDRESS = new Set(['', '0.0.0.0', '::'])

/** Where the instance of this container listens, as ../../env.ts reads it. */
export function listeningAt(): { host: string; port: number } {
  const host = process.env['HOST'] ?? ''
  return { host: ANY_ADDRESS.has(host) ? '127.0.0.1' : host, port: Number(process.env['PORT'] || 8000) }
}
