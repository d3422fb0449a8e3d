// Facts that several files repeat: the server, Compose, Kubernetes, Terraform and Prometheus must agree.
import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Compose } from '../src/compose/findings.ts'
import { ROOT, documentsOf, filesBelow, knownVariables, textOf } from '../src/files.ts'

const PORT = 8000
const PROBES = ['/health/live', '/health/ready']

type Env = { name: string; value?: string }
type Container = { name: string; env?: Env[]; ports?: { containerPort: number }[] }

const variables = knownVariables()

/** The variables that each file sets for the service. */
function variablesByPlace(): Map<string, string[]> {
  const places = new Map<string, string[]>()
  for (const path of ['docker-compose.yml', 'infra/compose/production.yml']) {
    const { services } = documentsOf(textOf(path))[0] as Compose
    for (const name of ['app', 'app-1', 'migrate']) {
      const { environment } = services[name] ?? {}
      if (environment) places.set(`${path}, ${name}`, Object.keys(environment))
    }
  }
  for (const { path, containers, data } of manifests()) {
    for (const { name, env = [] } of containers)
      places.set(
        `${path}, ${name}`,
        env.map((variable) => variable.name),
      )
    if (data) places.set(`${path}, ConfigMap`, Object.keys(data))
  }
  for (const path of filesBelow('infra/terraform', /\.tf$/)) {
    const names = [...textOf(path).matchAll(/^ {4}([A-Z][A-Z_]+) += /gm)].map(([, name = '']) => name)
    if (names.length > 0) places.set(path, names)
  }
  const env = /^ENV (NODE_ENV=.*)$/m.exec(textOf('infra/docker/Dockerfile'))?.[1] ?? ''
  places.set(
    'infra/docker/Dockerfile',
    [...env.matchAll(/(\w+)=/g)].map(([, name = '']) => name),
  )
  return places
}

function manifests() {
  return filesBelow('infra/k8s', /\.ya?ml$/).flatMap((path) =>
    documentsOf(textOf(path)).flatMap((document) => {
      const object = (document ?? {}) as {
        kind?: string
        metadata?: { name?: string }
        data?: Record<string, string>
        spec?: { template?: { spec?: { containers?: Container[]; initContainers?: Container[] } } }
      }
      const pod = object.spec?.template?.spec
      const containers = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]
      const data =
        object.kind === 'ConfigMap' && object.metadata?.name === 'app-config' ? object.data : undefined
      return [{ path, containers: containers.filter(({ name }) => /^(app|migrate)$/.test(name)), data }]
    }),
  )
}

// Read by `pg` and Node, not by the server.
const EXTERNAL = new Set(['PGUSER', 'PGPASSWORD', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'])

test('every variable that is set for the service is one that it reads', () => {
  const places = variablesByPlace()
  expect(places.size).toBeGreaterThan(6)
  for (const [place, names] of places) {
    expect(
      names.filter((name) => !variables.has(name) && !EXTERNAL.has(name)),
      place,
    ).toEqual([])
  }
})

test('in production every file sets a database and a key', () => {
  const places = [...variablesByPlace()].filter(([place]) =>
    /production\.yml, app-1|deployment.*, app$|modules\/service\/task/.test(place),
  )
  expect(places.length).toBeGreaterThan(2)
  for (const [place, names] of places) {
    expect(names, place).toContain('DATABASE_URL')
    expect(
      names.some((name) => name === 'JWT_SECRET' || name === 'JWT_KEYS_DIR'),
      place,
    ).toBe(true)
  }
})

test('every file uses the port of the server', () => {
  expect(textOf('.env.example')).toContain(`# PORT=${PORT}`)
  expect(textOf('infra/docker/Dockerfile')).toContain(`EXPOSE ${PORT}`)
  for (const { containers, path } of manifests()) {
    for (const { ports = [] } of containers)
      for (const { containerPort } of ports) expect(containerPort, path).toBe(PORT)
  }
  for (const path of ['production.yml', 'prometheus.yml']) {
    const targets = textOf(`infra/monitoring/prometheus/${path}`).match(/app-\d:\d+|port: \d+/g) ?? []
    for (const target of targets) expect(target, path).toMatch(new RegExp(`\\b${PORT}$`))
  }
  expect(textOf('infra/compose/caddy/Caddyfile').match(/app-\d:\d+/g)).toEqual(
    [1, 2, 3].map((number) => `app-${number}:${PORT}`),
  )
})

test('every probe uses a path of the server', () => {
  const served = textOf('apps/server/src/http/paths.ts')
  for (const path of PROBES) expect(served).toContain(`'${path}'`)
  const files = [
    ...filesBelow('infra/k8s', /\.ya?ml$/),
    ...filesBelow('infra/terraform', /\.tf$/),
    'infra/compose/caddy/Caddyfile',
  ]
  const used = files.flatMap((path) =>
    [
      ...textOf(path)
        .replaceAll(/#.*$/gm, '')
        .matchAll(/\/health(?:\/\w+)?\b(?!\.\*)/g),
    ].map(([found]) => found),
  )
  expect(used.length).toBeGreaterThan(4)
  expect(new Set(used)).toEqual(new Set(PROBES))
})

test('queries of the event loop lag subtract the sampling interval', () => {
  const [, ms] = /LAG_PRECISION_MS = (\d+)/.exec(textOf('apps/server/src/plugins/metrics.ts')) ?? []
  const files = ['infra/monitoring/prometheus/rules', 'infra/monitoring/grafana/dashboards'].flatMap(
    (folder) => filesBelow(folder, /\.(ya?ml|json)$/),
  )
  const queries = files.flatMap((path) => textOf(path).match(/nodejs_eventloop_lag_\w+\{[^}]*\}.*/g) ?? [])
  expect(queries.length).toBeGreaterThan(3)
  for (const expression of queries) expect(expression).toContain(`} - ${Number(ms) / 1000}`)
})

test('tests and scripts that infra/README.md names exist', () => {
  const text = textOf('infra/README.md')
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.split('|').length === 5)
  const tests = ['tooling', 'infra/key-rotation', 'apps/server/tests'].flatMap((folder) =>
    filesBelow(folder, /\.test\.ts$/),
  )
  const named = rows.map((row) =>
    [...(row.split('|')[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
  expect(named.length).toBeGreaterThan(20)
  for (const name of named.flat().filter((one) => /\.test\.ts$|^(pnpm )?(verify|bench)/.test(one))) {
    const isThere = name.endsWith('.test.ts')
      ? tests.some((path) => path.endsWith(name))
      : scripts[name.replace('pnpm ', '')] !== undefined
    expect(isThere, name).toBe(true)
  }
})

test('the versions of Node and pnpm are each in one place', () => {
  const { catalog } = documentsOf(textOf('pnpm-workspace.yaml'))[0] as { catalog: Record<string, string> }
  expect(textOf('.nvmrc')).toBe(`${catalog['node']}\n`)
  const workflows = filesBelow('.github', /\.ya?ml$/)
  const texts = ['README.md', 'AGENTS.md', '.ci/run', 'infra/docker/Dockerfile', ...workflows]
  for (const path of texts) expect(textOf(path), path).not.toMatch(/pnpm@\d/)
})

test('`pnpm verify` checks the types of every package', () => {
  const { references } = JSON.parse(textOf('tsconfig.json')) as { references: { path: string }[] }
  const projects = globSync('{prisma,scripts,{apps,examples,infra,packages,tooling}/*}/tsconfig.json', {
    cwd: ROOT,
    // Its client is generated from a running server, by apps/server/tests/examples.test.ts.
    exclude: ['examples/rest/**'],
  })
  expect(references.map(({ path }) => `${path.replace('./', '')}/tsconfig.json`).sort()).toEqual(
    projects.sort(),
  )
})
