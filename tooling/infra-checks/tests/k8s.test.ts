import { beforeAll, describe, expect, test } from 'vitest'
import { filesBelow, knownVariables } from '../src/files.ts'
import { type Manifest, type Workload, containersOf, ofKind, workloadsOf } from '../src/k8s/manifest.ts'
import { isolationFindings, policyFindings } from '../src/k8s/policies/index.ts'
import { OVERLAYS, render } from '../src/k8s/render.ts'
import { typeErrors } from '../src/k8s/type-errors.ts'
import { hasTool } from '../src/tools.ts'

const known = knownVariables()
const rendered = new Map<string, Manifest[]>()
const manifestsOf = (overlay: string) => structuredClone(rendered.get(overlay)!)
const findingsOf = (manifests: Manifest[]) => [
  ...policyFindings(manifests, known),
  ...isolationFindings(manifests),
]

describe.skipIf(!hasTool('kubectl'))('Kubernetes (needs kubectl)', () => {
  beforeAll(async () => {
    const all = await Promise.all(OVERLAYS.map(render))
    for (const [index, overlay] of OVERLAYS.entries()) rendered.set(overlay, all[index]!)
  })

  test('every object satisfies the type of its kind', async () => {
    expect(await typeErrors(OVERLAYS.flatMap(manifestsOf))).toEqual([])
  })

  test.each(OVERLAYS)('%s violates no policy', (overlay) => {
    const manifests = manifestsOf(overlay)
    expect(policyFindings(manifests, known)).toEqual([])
    // A developer's machine is not shared.
    if (overlay !== 'development') expect(isolationFindings(manifests)).toEqual([])
    expect(
      manifests.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'todo'),
    ).toEqual([])
  })

  test('only development contains a Secret', () => {
    for (const overlay of ['staging', 'production'])
      expect(ofKind(manifestsOf(overlay), 'Secret')).toEqual([])
    const [secret] = ofKind(manifestsOf('development'), 'Secret')
    expect(Object.keys(secret!.data!)).toEqual(['database-url', 'jwt-secret'])
  })

  test('every environment has the names and limits of the architecture document', () => {
    for (const overlay of OVERLAYS) {
      const manifests = manifestsOf(overlay)
      const deployment = app(manifests)
      for (const container of containersOf(deployment)) {
        expect(container.image).toMatch(/^ghcr\.io\/[\w-]+\/todo-app:v\d+\.\d+\.\d+$/)
        expect(container.resources).toEqual({
          requests: { memory: '64Mi', cpu: '50m' },
          limits: { memory: '128Mi', cpu: '200m' },
        })
      }
      expect(containersOf(deployment).map(({ name }) => name)).toEqual(['migrate', 'app'])
      const [service] = ofKind(manifests, 'Service').filter(
        ({ metadata }) => metadata.name === 'todo-app-service',
      )
      expect(service!.spec).toMatchObject({
        type: 'ClusterIP',
        selector: { app: 'todo-app' },
        ports: [{ port: 80 }],
      })
      expect(manifests.find(({ kind }) => kind === 'ConfigMap')).toMatchObject({
        metadata: { name: 'app-config' },
      })
    }
  })

  test('production has at least three pods, a primary, two replicas and TLS', () => {
    const manifests = manifestsOf('production')
    const [autoscaler] = ofKind(manifests, 'HorizontalPodAutoscaler')
    expect(autoscaler!.spec).toMatchObject({ minReplicas: 3 })
    const [cluster] = ofKind(manifests, 'Cluster')
    expect(cluster!.spec).toMatchObject({
      instances: 3,
      postgresql: { synchronous: { method: 'any', number: 1 } },
    })
    const replicaUrls = secretTemplate(manifests)['database-replica-urls']
    expect(replicaUrls).toContain('"todo-db-1" "todo-db-2" "todo-db-3"')
    expect(secretTemplate(manifests)).toHaveProperty('jwt-secret-previous')
    expect(ofKind(manifests, 'Ingress')).toHaveLength(1)
  })

  test('production contains every kind of object that a policy checks', () => {
    const kinds = new Set(manifestsOf('production').map(({ kind }) => kind))
    const expected = [
      'Cluster',
      'Pooler',
      'ObjectStore',
      'ScheduledBackup',
      'ExternalSecret',
      'NetworkPolicy',
    ]
    const monitoring = ['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ConfigMap']
    for (const kind of [...expected, ...monitoring]) expect([...kinds]).toContain(kind)
  })

  test('every object that does not satisfy the type of its kind is found', async () => {
    const faults: [finding: string, kind: string, breakIt: (manifests: Manifest[]) => void][] = [
      [`'"replica"' does not exist`, 'Deployment', (all) => set(app(all).spec, 'replica', 3)],
      ['"replicas": "3" Type', 'Deployment', (all) => set(app(all).spec, 'replicas', '3')],
      [`'"selector"' is missing`, 'Deployment', (all) => set(app(all).spec, 'selector', undefined)],
      ['Cannot find module', 'Deployment', (all) => set(app(all), 'apiVersion', 'apps/v9')],
      [`'"instance"' does not`, 'Cluster', (all) => set(one(all, 'Cluster').spec!, 'instance', 3)],
      [`'"isWalArchiver"' does not`, 'Cluster', (all) => set(plugin(all), 'isWalArchiver', true)],
      ['"poolMode": "each" Type', 'Pooler', (all) => set(pgbouncer(all), 'poolMode', 'each')],
      ['"30" Type', 'ObjectStore', (all) => set(one(all, 'ObjectStore').spec!, 'retentionPolicy', '30')],
      [`'"exprs"' does not exist`, 'PrometheusRule', (all) => set(rule(all), 'exprs', 'up == 0')],
    ]
    const broken = faults.map(([, kind, breakIt]) => {
      const manifests = manifestsOf('production')
      breakIt(manifests)
      return one(manifests, kind)
    })
    const errors = await typeErrors(broken)
    expect(errors).toHaveLength(faults.length)
    for (const [finding] of faults) expect(errors.join('\n')).toContain(finding)
  })

  describe('finds a fault in production:', () => {
    test.each<[string, (manifests: Manifest[]) => void]>([
      ['todo-app:latest has no version tag', (all) => set(container(all), 'image', 'o/todo-app:latest')],
      ['the image todo-app has no version tag', (all) => set(container(all), 'image', 'todo-app')],
      [
        'postgresql:trixie has no version tag',
        (all) => set(one(all, 'Cluster').spec!, 'imageName', 'postgresql:trixie'),
      ],
      ['app has no limits of CPU and memory', (all) => set(container(all).resources!, 'limits', {})],
      ['may run as root', (all) => set(pod(all).securityContext!, 'runAsUser', 0)],
      ['has no seccomp profile', (all) => set(pod(all).securityContext!, 'seccompProfile', undefined)],
      ['mounts a service account token', (all) => set(pod(all), 'automountServiceAccountToken', true)],
      ['uses the network, processes or files of its node', (all) => set(pod(all), 'hostNetwork', true)],
      [
        'can write to its root file system',
        (all) => set(container(all).securityContext!, 'readOnlyRootFilesystem', false),
      ],
      [
        'keeps capabilities',
        (all) => set(container(all).securityContext!, 'capabilities', { add: ['NET_ADMIN'] }),
      ],
      [
        'can escalate its privileges',
        (all) => set(container(all).securityContext!, 'allowPrivilegeEscalation', true),
      ],
      [
        'does not enforce the restricted pod security level',
        (all) => set(one(all, 'Namespace').metadata, 'labels', {}),
      ],
      ['the startupProbe of app is missing', (all) => set(container(all), 'startupProbe', undefined)],
      [
        'requests /health/ready instead of /health/live',
        (all) => set(container(all).livenessProbe!, 'httpGet', { path: '/health/ready', port: 'http' }),
      ],
      [
        'uses port web, which the container does not have',
        (all) => set(container(all).readinessProbe!.httpGet!, 'port', 'web'),
      ],
      ['needs 18 s to shut down, but gets 15 s', (all) => set(pod(all), 'terminationGracePeriodSeconds', 15)],
      ['stops before its endpoint is removed', (all) => set(container(all), 'lifecycle', undefined)],
      [
        'may remove pods before new ones are ready',
        (all) => set(app(all).spec.strategy!.rollingUpdate!, 'maxUnavailable', 1),
      ],
      ['starts the app before migrations have run', (all) => set(pod(all), 'initContainers', [])],
      [
        'migrates with a different image',
        (all) => set(pod(all).initContainers![0]!, 'image', 'todo-app:v0.0.1'),
      ],
      ['is not spread over kubernetes.io/hostname', (all) => set(pod(all), 'topologySpreadConstraints', [])],
      [
        'Deployment todo-app has no PodDisruptionBudget',
        (all) => remove(all, 'PodDisruptionBudget', 'todo-app'),
      ],
      [
        'blocks every node drain',
        (all) => set(one(all, 'PodDisruptionBudget', 'todo-app').spec!, 'maxUnavailable', 0),
      ],
      [
        'allows evicting all 3 pods at once',
        (all) => set(one(all, 'PodDisruptionBudget', 'todo-app').spec!, 'maxUnavailable', 3),
      ],
      [
        'HorizontalPodAutoscaler todo-app has no target',
        (all) => set(one(all, 'HorizontalPodAutoscaler').spec!['scaleTargetRef'] as object, 'name', 'todo'),
      ],
      [
        'does not scale on memory',
        (all) => (one(all, 'HorizontalPodAutoscaler').spec!['metrics'] as unknown[]).pop(),
      ],
      ['competes with a fixed replica count', (all) => set(app(all).spec, 'replicas', 3)],
      [
        'APP_INSTANCES is 10, but there can be 50 pods',
        (all) => set(one(all, 'HorizontalPodAutoscaler').spec!, 'maxReplicas', 50),
      ],
      [
        '10 instances need 110 connections, but the database allows 97',
        (all) => set(parameters(all), 'max_connections', '100'),
      ],
      [
        'Service todo-app-service selects no pods',
        (all) => set(one(all, 'Service', 'todo-app-service').spec!, 'selector', { app: 'todo' }),
      ],
      [
        'Service todo-db-3 selects no database instance',
        (all) => set(one(all, 'Cluster').spec!, 'instances', 2),
      ],
      [
        'forwards to port 8080',
        (all) =>
          set(one(all, 'Service', 'todo-app-service').spec!, 'ports', [
            { name: 'http', port: 80, targetPort: 8080 },
          ]),
      ],
      [
        'reads jwt-secret of Secret app-secrets, which has no such key',
        (all) => set(secretTemplate(all), 'jwt-secret', undefined),
      ],
      [
        'reads Secret app-secrets, which does not exist',
        (all) => remove(all, 'ExternalSecret', 'app-secrets'),
      ],
      ['reads ConfigMap app-config, which does not exist', (all) => remove(all, 'ConfigMap', 'app-config')],
      ['mounts database-ca, which is not a volume', (all) => set(pod(all), 'volumes', [])],
      [
        'the server has no variable RUST_LOG',
        (all) => container(all).env!.push({ name: 'RUST_LOG', value: 'info' }),
      ],
      [
        'the host todo-db-pooler-rw, which is not a Service',
        (all) => remove(all, 'Pooler', 'todo-db-pooler-rw'),
      ],
      [
        'the database certificate does not cover todo-db-2',
        (all) =>
          set(one(all, 'Cluster').spec!['certificates'] as object, 'serverAltDNSNames', [
            'todo-db-pooler-rw',
            'todo-db-1',
            'todo-db-3',
          ]),
      ],
      ['exposes /metrics to the public', (all) => set(paths(all)[0]!, 'path', '/')],
      ['has no TLS for todo.example.com', (all) => set(one(all, 'Ingress').spec!, 'tls', [])],
      ['routes /api to nobody', (all) => set(paths(all)[0]!.backend.service, 'name', 'nobody')],
      [
        'ServiceMonitor todo-app selects no Service',
        (all) => set(one(all, 'ServiceMonitor').spec!['selector'] as object, 'matchLabels', { app: 'todo' }),
      ],
      [
        'scrapes port metrics',
        (all) => set(one(all, 'ServiceMonitor').spec!, 'endpoints', [{ port: 'metrics' }]),
      ],
      [
        'no NetworkPolicy denies all traffic by default',
        (all) => remove(all, 'NetworkPolicy', 'default-deny'),
      ],
      [
        'NetworkPolicy todo-app accepts traffic from anyone',
        (all) => set(one(all, 'NetworkPolicy', 'todo-app').spec!, 'ingress', [{ ports: [{ port: 8000 }] }]),
      ],
      [
        'NetworkPolicy todo-app allows egress to every port',
        (all) => set(one(all, 'NetworkPolicy', 'todo-app').spec!, 'egress', [{ to: [] }]),
      ],
      ['Deployment todo-app has no NetworkPolicy', (all) => remove(all, 'NetworkPolicy', 'todo-app')],
    ])('%s', (finding, breakIt) => {
      const manifests = manifestsOf('production')
      breakIt(manifests)
      expect(findingsOf(manifests).filter((found) => found.includes(finding))).not.toEqual([])
    })
  })
})

test('infra/k8s has only known overlays and components', () => {
  const files = filesBelow('infra/k8s', /kustomization\.yaml$/)
  expect(files.filter((path) => path.includes('/overlays/'))).toHaveLength(OVERLAYS.length)
  expect(files.filter((path) => path.includes('/components/'))).toHaveLength(6)
})

function one(manifests: Manifest[], kind: string, name?: string): Manifest {
  return manifests.find(
    (manifest) => manifest.kind === kind && (name ?? manifest.metadata.name) === manifest.metadata.name,
  )!
}

function set(target: object, key: string, value: unknown): void {
  Object.assign(target, { [key]: value })
  if (value === undefined) delete (target as Record<string, unknown>)[key]
}

function remove(manifests: Manifest[], kind: string, name: string): void {
  manifests.splice(manifests.indexOf(one(manifests, kind, name)), 1)
}

const app = (all: Manifest[]) =>
  workloadsOf(all).find(({ metadata }) => metadata.name === 'todo-app') as Workload
const pod = (all: Manifest[]) => app(all).spec.template.spec
const container = (all: Manifest[]) => pod(all).containers[0]!
const plugin = (all: Manifest[]) => (one(all, 'Cluster').spec!['plugins'] as object[])[0]!
const pgbouncer = (all: Manifest[]) => one(all, 'Pooler').spec!['pgbouncer'] as object
const rule = (all: Manifest[]) =>
  (one(all, 'PrometheusRule').spec!['groups'] as { rules: object[] }[])[0]!.rules[0]!
const parameters = (all: Manifest[]) =>
  (one(all, 'Cluster').spec!['postgresql'] as { parameters: object }).parameters
const secretTemplate = (all: Manifest[]) =>
  (
    one(all, 'ExternalSecret', 'app-secrets').spec!['target'] as {
      template: { data: Record<string, string> }
    }
  ).template.data
const paths = (all: Manifest[]) =>
  (
    one(all, 'Ingress').spec!['rules'] as {
      http: { paths: { path: string; backend: { service: object } }[] }
    }[]
  )[0]!.http.paths
