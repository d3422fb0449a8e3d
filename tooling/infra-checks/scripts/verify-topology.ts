// `pnpm verify:topology`: runs the production diagram as processes on this machine. The load balancer and Prometheus use
// the files in infra/compose and infra/monitoring, Postgres and its replicas are embedded ones, and the instances run the
// bundle that is in the image.
import { freePort, withClient } from '@todo/testing'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { startCluster } from '../src/cluster.ts'
import { DIST, type Instance, startInstance } from '../src/instance.ts'
import { must, startSteps } from '../src/steps.ts'
import { hasTool } from '../src/tools.ts'
import { call, logInNewUser, underLoad } from '../src/topology/load.ts'
import {
  eventually,
  forward,
  startCollector,
  startLoadBalancer,
  startPrometheus,
} from '../src/topology/programs.ts'

const JWT_SECRET = 'a secret that verifies the topology, of more than 32 bytes'
const NAMES = ['app-1', 'app-2', 'app-3']
const NEXT_MIGRATION = '99990101000000_the_next_version'

const { step, skip, end } = startSteps()
await using opened = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void opened.disposeAsync().then(() => process.exit(1)))
}
const dir = await mkdtemp(join(tmpdir(), 'todo-verify-topology-'))
opened.defer(() => rm(dir, { recursive: true, force: true }))

const missing = ['caddy', 'prometheus', 'rsyslogd', 'logger'].filter((name) => !hasTool(name))
const ports = {
  lb: await freePort(),
  http: await freePort(),
  prometheus: await freePort(),
  logs: await freePort(),
}
const hasLogs = !missing.includes('rsyslogd') && !missing.includes('logger')

const { primary, replicaUrls } = await startCluster(2, opened)
const logFile = hasLogs ? await startCollector({ dir, port: ports.logs }, opened) : undefined
const instances: Instance[] = []

await step('a primary, two replicas and three instances', async () => {
  for (const name of NAMES) instances.push(await startNamed(name))
  const { rows } = await withClient(primary.url, (client) =>
    client.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_replication WHERE state = 'streaming'",
    ),
  )
  must(rows[0]?.n === 2, `${rows[0]?.n} of 2 replicas are streaming`)
  return `two streaming replicas, instances on ${instances.map(({ port }) => port).join(', ')}`
})

if (missing.includes('caddy')) skip('the load balancer and the rolling update', 'caddy is not installed')
else await behindLoadBalancer()
if (missing.includes('prometheus')) skip('Prometheus', 'it is not installed')
else await monitored()
if (logFile === undefined) skip('log collection', 'rsyslog or logger is not installed')
else await collected(logFile)
skip('Grafana, Loki and Alloy', 'Debian has no packages for them; `pnpm verify:infra` checks their files')
await opened.disposeAsync()
end()

async function startNamed(
  name: string,
  { dist = DIST, port }: { dist?: string; port?: number } = {},
): Promise<Instance> {
  const instance = await startInstance(
    {
      dist,
      output: 'pipe',
      env: {
        NODE_ENV: 'production',
        DATABASE_URL: primary.url,
        DATABASE_REPLICA_URLS: replicaUrls.join(','),
        APP_INSTANCES: '3',
        JWT_SECRET,
        TRUST_PROXY: '1',
        ...(port !== undefined && { PORT: String(port) }),
      },
    },
    opened,
  )
  if (hasLogs) forward(instance.child, { name, port: ports.logs })
  else instance.child.stdout?.resume()
  return instance
}

async function behindLoadBalancer(): Promise<void> {
  const upstreams = instances.map(({ port }) => `127.0.0.1:${port}`)
  const site = `https://localhost:${ports.lb}`
  const isUp = await step('TLS ends at the load balancer', async () => {
    const ca = await startLoadBalancer({ dir, port: ports.lb, httpPort: ports.http, upstreams }, opened)
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca.toString()])
    const { body } = await eventually('it answers', async () => {
      const answer = await call(site, { path: '/health/ready' })
      must(answer.status === 200, `it answers ${answer.status}`)
      return answer
    })
    const { status } = await call(site, { path: '/metrics' })
    must(status === 404, `/metrics is public: ${status}`)
    return `${body}, certificate verified; /metrics is not public`
  })
  if (!isUp) return
  const headers = await logInNewUser(site)

  await step('the load balancer uses all three instances', async () => {
    const { failures, requests } = await underLoad(site, headers, async () => undefined)
    must(failures.length === 0, failures.slice(0, 3).join('; '))
    const served = await Promise.all(instances.map(({ url }) => countOf(url)))
    must(
      served.every((count) => count > 0),
      `they answered ${served.join(', ')}`,
    )
    return `${requests} requests, answered by ${served.join(', ')}`
  })

  await step('a rolling update under load', async () => {
    const next = nextVersion()
    const { failures, requests } = await underLoad(site, headers, async () => {
      for (const [index, name] of NAMES.entries()) {
        const old = instances[index]
        if (!old) throw new Error(`${name} is not running`)
        old.child.kill('SIGTERM')
        const code = await old.exited
        must(code === 0, `${name} exited with ${code}`)
        instances[index] = await startNamed(name, { dist: next, port: old.port })
      }
    })
    const { rowCount } = await withClient(primary.url, (client) =>
      client.query('SELECT FROM _prisma_migrations WHERE migration_name = $1', [NEXT_MIGRATION]),
    )
    must(rowCount === 1, 'the new migration was not applied')
    must(
      failures.length === 0,
      `${failures.length} of ${requests} requests failed: ${failures.slice(0, 3).join('; ')}`,
    )
    return `none of ${requests} requests failed, and the new migration is applied`
  })
}

/** A copy of the bundle with one more migration, which the running version does not know. */
function nextVersion(): string {
  const dist = join(dir, 'next')
  cpSync(DIST, dist, { recursive: true })
  const migration = join(dist, 'migrations', NEXT_MIGRATION)
  mkdirSync(migration)
  writeFileSync(join(migration, 'migration.sql'), 'ALTER TABLE todos ADD COLUMN colour text;\n')
  return dist
}

async function countOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.matchAll(/^http_requests_total\{[^}]*route="\/api\/v1\/todos[^}]*\} (\d+)$/gm)
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0)
}

async function monitored(): Promise<void> {
  let url = ''
  await step('Prometheus scrapes all three', async () => {
    const addresses = instances.map(({ port }) => `127.0.0.1:${port}`)
    url = await startPrometheus({ dir, port: ports.prometheus, instances: addresses }, opened)
    await eventually('all instances are up', async () => {
      const up = await query(url, 'up{job="todo-app"} == 1')
      must(up.length === 3, `${up.length} of 3 are up`)
    })
    const replicas = await eventually('every instance sees both replicas', async () => {
      const seen = await query(url, 'db_replica_up == 1')
      must(seen.length === 6, `${seen.length} of 6 are up`)
      return seen
    })
    return `3 instances, each with ${replicas.length / 3} replicas in its rotation`
  })
  await step('its rules load and evaluate', async () => {
    const rules = await eventually('every rule is evaluated', async () => {
      const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
        data: { groups: { rules: { name: string; health: string; lastError?: string; state?: string }[] }[] }
      }
      const all = data.groups.flatMap((group) => group.rules)
      const wrong = all.find(({ health }) => health !== 'ok')
      must(all.length > 0 && !wrong, `${wrong?.name} is ${wrong?.health} ${wrong?.lastError ?? ''}`)
      return all
    })
    const alerts = rules.filter(({ state }) => state !== undefined)
    const firing = alerts.filter(({ state }) => state === 'firing').map(({ name }) => name)
    return `${rules.length} rules, ${alerts.length} of them alerts; firing: ${firing.join(', ') || 'none'}`
  })
}

async function query(url: string, expression: string): Promise<unknown[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`)
  const { data } = (await response.json()) as { data: { result: unknown[] } }
  return data.result
}

async function collected(file: string): Promise<void> {
  await step('the logs of all three reach a collector', async () => {
    const lines = await eventually('a line from each instance', async () => {
      const collected = (await readFile(file, 'utf8')).split('\n')
      const requests = NAMES.map((name) =>
        collected.filter((line) => line.startsWith(`${name} `) && line.includes('"endpoint":')),
      )
      must(
        requests.every((list) => list.length > 0),
        `${requests.map((list) => list.length).join(', ')} lines`,
      )
      for (const [line = ''] of requests) {
        const record = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>
        for (const member of ['request_id', 'endpoint', 'duration_ms', 'status_code']) {
          must(member in record, `a line has no ${member}`)
        }
      }
      return requests
    })
    return `${lines.map((list) => list.length).join(', ')} request lines (rsyslog stands in for Alloy and Loki)`
  })
}
