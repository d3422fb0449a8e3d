import { setTimeout as sleep } from 'node:timers/promises'
import { startCluster } from '../../src/cluster.ts'
import { startInstance } from '../../src/instance.ts'

/** The metrics and labels that a server with a primary and a replica exposes after requests of several kinds. */
export async function exposedMetrics(): Promise<Map<string, Set<string>>> {
  await using opened = new AsyncDisposableStack()
  const { primary, replicaUrls } = await startCluster(1, opened)
  const env = { DATABASE_URL: primary.url, DATABASE_REPLICA_URLS: replicaUrls.join(','), NODE_ENV: 'test' }
  const { url } = await startInstance(
    { env: { ...env, JWT_SECRET: 'more than thirty-two bytes, for this test' } },
    opened,
  )

  const login = await fetch(`${url}/api/v1/auth/log-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'try everything once', mode: 'body' }),
  })
  const { accessToken } = (await login.json()) as { accessToken: string }
  await fetch(`${url}/api/v1/todos`)
  for (let waited = 0; waited < 60_000; waited += 100) {
    await fetch(`${url}/api/v1/todos`, { headers: { authorization: `Bearer ${accessToken}` } })
    const text = await (await fetch(`${url}/metrics`)).text()
    if (/^db_replica_up\{[^}]*\} 1$/m.test(text) && text.includes('active_user_sessions '))
      return samplesOf(text)
    await sleep(100)
  }
  throw new Error('the replica is not in the rotation within a minute')
}

export function samplesOf(text: string): Map<string, Set<string>> {
  const samples = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? \S+$/gim)) {
    const known = samples.get(name) ?? new Set()
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label)
    samples.set(name, known)
  }
  return samples
}
