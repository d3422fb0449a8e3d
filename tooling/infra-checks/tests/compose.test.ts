import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type Compose, findingsOf, hardeningOf, mountsOf } from '../src/compose/findings.ts'
import { ROOT, documentsOf, textOf } from '../src/files.ts'
import { hasTool, run } from '../src/tools.ts'

const DEVELOPMENT = 'docker-compose.yml'
const PRODUCTION = 'infra/compose/production.yml'
const read = (path: string) => documentsOf(textOf(path))[0] as Compose
const INSTANCES = ['app-1', 'app-2', 'app-3']

test.each([DEVELOPMENT, PRODUCTION])('%s is consistent', (path) => {
  const compose = read(path)
  expect(findingsOf(compose)).toEqual([])
  for (const mount of Object.values(compose.services).flatMap(mountsOf)) {
    expect(existsSync(join(ROOT, dirname(path), mount)), mount).toBe(true)
  }
})

test('inconsistencies are found', () => {
  const compose = read(PRODUCTION)
  const { lb } = compose.services
  const broken = {
    ...lb,
    image: 'caddy:latest',
    networks: ['none'],
    depends_on: { nobody: {} },
    volumes: ['lost:/data'],
  }
  expect(findingsOf({ ...compose, services: { lb: broken, empty: {} } })).toEqual([
    'lb has the image caddy:latest without a version',
    'lb depends on nobody, which is not a service',
    'lb uses the network none, which is not defined',
    'lb mounts lost, which is not a volume',
    'empty has neither an image nor a build',
  ])
})

test('development matches the architecture document', () => {
  const { services } = read(DEVELOPMENT)
  expect(services['app']).toMatchObject({
    ports: ['127.0.0.1:8000:8000'],
    environment: { DATABASE_URL: 'postgresql://postgres:password@db:5432/todo_app', LOG_LEVEL: 'debug' },
    develop: { watch: expect.arrayContaining([expect.objectContaining({ action: 'sync' })]) },
  })
  expect(services['db']).toMatchObject({
    image: expect.stringMatching(/^postgres:18/),
    ports: ['127.0.0.1:5432:5432'],
    environment: { POSTGRES_DB: 'todo_app', POSTGRES_PASSWORD: 'password' },
  })
  const observed = Object.entries(services).filter(([, service]) => 'profiles' in service)
  expect(observed.map(([name]) => name).sort()).toEqual(['alloy', 'grafana', 'loki', 'prometheus'])
  for (const [, service] of observed) expect(service).toMatchObject({ profiles: ['observability'] })
})

test('production has a load balancer, three instances, a primary and two replicas', () => {
  const { services } = read(PRODUCTION)
  expect(Object.keys(services).sort()).toEqual(
    [
      'lb',
      'migrate',
      ...INSTANCES,
      'db-primary',
      'db-replica-1',
      'db-replica-2',
      'prometheus',
      'grafana',
      'loki',
      'alloy',
    ].sort(),
  )
  expect(services['lb']?.ports).toContain('443:443')
  for (const name of INSTANCES) {
    expect(services[name], name).toMatchObject({ mem_limit: '128m', cpus: 0.2, stop_grace_period: '20s' })
    const urls = services[name]?.environment?.['DATABASE_REPLICA_URLS']?.split(',')
    expect(urls?.map((url) => new URL(url.replaceAll(/\$\{[^}]*\}/g, 'x')).host)).toEqual([
      'db-replica-1:5432',
      'db-replica-2:5432',
    ])
    expect(services[name]?.depends_on?.['migrate']?.condition).toBe('service_completed_successfully')
  }
  const open = Object.entries(services).filter(([, { ports = [] }]) =>
    ports.some((port) => !port.startsWith('127.')),
  )
  expect(open.map(([name]) => name)).toEqual(['lb'])
})

test('production services run without privileges, except for those that need them', () => {
  const { services } = read(PRODUCTION)
  for (const name of ['migrate', ...INSTANCES, 'prometheus', 'grafana', 'loki', 'alloy']) {
    expect(hardeningOf(services[name] ?? {}), name).toEqual([])
  }
  expect(hardeningOf({})).toHaveLength(3)
})

test('production.env.example has every variable that production reads', () => {
  const used = new Set([...textOf(PRODUCTION).matchAll(/\$\{(\w+)/g)].map(([, name]) => name))
  const example = [...textOf('infra/compose/production.env.example').matchAll(/^(\w+)=/gm)].map(
    ([, name]) => name,
  )
  expect(example.sort()).toEqual([...used].sort())
})

test.skipIf(!hasTool('caddy'))('Caddy accepts the Caddyfile (needs caddy)', async () => {
  const file = join(ROOT, 'infra/compose/caddy/Caddyfile')
  const args = ['adapt', '--adapter', 'caddyfile', '--config', file, '--validate']
  const { code, stderr } = await run('caddy', args)
  expect(code, stderr).toBe(0)
  const broken = await run('caddy', args, { env: { TODO_UPSTREAMS: '{' } })
  expect(broken.code).not.toBe(0)
})
