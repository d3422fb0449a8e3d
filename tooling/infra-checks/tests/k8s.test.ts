import { beforeAll, describe, expect, test } from 'vitest'
import { filesBelow, knownVariables } from '../src/files.ts'
import { type Manifest, type Workload, containersOf, ofKind, workloadsOf } from '../src/k8s/manifest.ts'
import { isolationFindings, policyFindings } from '../src/k8s/policies/index.ts'
import { OVERLAYS, render } from '../src/k8s/render.ts'
import { schemaFindings } from '../src/k8s/schemas/findings.ts'
import { hasTool } from '../src/tools.ts'

const known = knownVariables()
const rendered = new Map<string, Manifest[]>()
const manifestsOf = (overlay: string) => structuredClone(rendered.get(overlay)!)
const findingsOf = (manifests: Manifest[]) => [
  ...schemaFindings(manifests),
  ...policyFindings(manifests, known),
  ...isolationFindings(manifests),
]

describe.skipIf(!hasTool('kubectl'))('Kubernetes (needs kubectl)', () => {
  beforeAll(async () => {
    const all = await Promise.all(OVERLAYS.map(render))
    for (const [index, overlay] of OVERLAYS.entries()) rendered.set(overlay, all[index]!)
  })

  test.each(OVERLAYS)('%s is valid, and as the policies have it', (overlay) => {
    const manifests = manifestsOf(overlay)
    expect(schemaFindings(manifests)).toEqual([])
    expect(policyFindings(manifests, known)).toEqual([])
    // One's own machine has no other users.
    if (overlay !== 'development') expect(isolationFindings(manifests)).toEqual([])
    expect(
      manifests.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'todo'),
    ).toEqual([])
  })

  test('no environment but development brings a secret with it', () => {
    for (const overlay of ['staging', 'production'])
      expect(ofKind(manifestsOf(overlay), 'Secret')).toEqual([])
    const [secret] = ofKind(manifestsOf('development'), 'Secret')
    expect(Object.keys(secret!.data!)).toEqual(['database-url', 'jwt-secret'])
  })

  test('every environment has the names and sizes of the architecture document', () => {
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

  test('production is the diagram: three pods or more, a primary and two replicas, TLS in front', () => {
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

  test('each kind of object that a policy is about is there', () => {
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

  describe('what is broken is found', () => {
    test.each<[string, string, (manifests: Manifest[]) => void]>([
      [
        'an unknown member',
        '/spec: there is no replica',
        (all) => Object.assign(app(all).spec, { replica: 3 }),
      ],
      [
        'a wrong type',
        '/spec/replicas: must be number',
        (all) => Object.assign(app(all).spec, { replicas: '3' }),
      ],
      [
        'a missing member',
        "must have required property 'selector'",
        (all) => set(app(all).spec, 'selector', undefined),
      ],
      ['an unknown kind', 'no schema for apps/v9', (all) => set(app(all), 'apiVersion', 'apps/v9')],
      [
        'a mistake for an operator',
        '/spec: there is no instance',
        (all) => set(one(all, 'Cluster').spec!, 'instance', 3),
      ],
      [
        'one in a name of its own',
        'there is no isWalArchiver',
        (all) => set(plugin(all), 'isWalArchiver', true),
      ],
      [
        'a value that is none of those',
        'must be equal to one of',
        (all) => set(pgbouncer(all), 'poolMode', 'each'),
      ],
      [
        'a wrong retention',
        'must match pattern',
        (all) => set(one(all, 'ObjectStore').spec!, 'retentionPolicy', '30'),
      ],
      ['an unknown alert member', 'there is no exprs', (all) => set(rule(all), 'exprs', 'up == 0')],
      [
        'the tag latest',
        'todo-app:latest has no version',
        (all) => set(container(all), 'image', 'o/todo-app:latest'),
      ],
      ['no tag', 'the image todo-app has no version', (all) => set(container(all), 'image', 'todo-app')],
      [
        'no version of Postgres',
        'postgresql:trixie has no version',
        (all) => set(one(all, 'Cluster').spec!, 'imageName', 'postgresql:trixie'),
      ],
      [
        'no limits',
        'app has no limits of CPU and memory',
        (all) => set(container(all).resources!, 'limits', {}),
      ],
      ['root', 'may run as root', (all) => set(pod(all).securityContext!, 'runAsUser', 0)],
      [
        'no seccomp',
        'runs without seccomp',
        (all) => set(pod(all).securityContext!, 'seccompProfile', undefined),
      ],
      ['a token', 'has a token of Kubernetes', (all) => set(pod(all), 'automountServiceAccountToken', true)],
      ['the network of the host', 'enters its host', (all) => set(pod(all), 'hostNetwork', true)],
      [
        'a file system to write to',
        'can write to its root file system',
        (all) => set(container(all).securityContext!, 'readOnlyRootFilesystem', false),
      ],
      [
        'capabilities',
        'keeps capabilities',
        (all) => set(container(all).securityContext!, 'capabilities', { add: ['NET_ADMIN'] }),
      ],
      [
        'escalation',
        'may get new privileges',
        (all) => set(container(all).securityContext!, 'allowPrivilegeEscalation', true),
      ],
      [
        'a namespace for all',
        'does not enforce restricted pods',
        (all) => set(one(all, 'Namespace').metadata, 'labels', {}),
      ],
      [
        'no startup probe',
        'the startupProbe of app is missing',
        (all) => set(container(all), 'startupProbe', undefined),
      ],
      [
        'the database in liveness',
        'asks /health/ready, not /health/live',
        (all) => set(container(all).livenessProbe!, 'httpGet', { path: '/health/ready', port: 'http' }),
      ],
      [
        'a probe of another port',
        'asks port web, which it has not',
        (all) => set(container(all).readinessProbe!.httpGet!, 'port', 'web'),
      ],
      [
        'too little time to end',
        'needs 18 s to end, and has 15',
        (all) => set(pod(all), 'terminationGracePeriodSeconds', 15),
      ],
      ['no sleep', 'does not wait for its endpoint', (all) => set(container(all), 'lifecycle', undefined)],
      [
        'a gap in a rollout',
        'may take pods away',
        (all) => set(app(all).spec.strategy!.rollingUpdate!, 'maxUnavailable', 1),
      ],
      ['no migration', 'serves before it has migrated', (all) => set(pod(all), 'initContainers', [])],
      [
        'an old migration',
        'migrates with another image',
        (all) => set(pod(all).initContainers![0]!, 'image', 'todo-app:v0.0.1'),
      ],
      [
        'pods on one node',
        'is not spread over kubernetes.io/hostname',
        (all) => set(pod(all), 'topologySpreadConstraints', []),
      ],
      [
        'no budget',
        'Deployment todo-app has no disruption budget',
        (all) => remove(all, 'PodDisruptionBudget', 'todo-app'),
      ],
      [
        'a budget of nothing',
        'lets no node be drained',
        (all) => set(one(all, 'PodDisruptionBudget', 'todo-app').spec!, 'maxUnavailable', 0),
      ],
      [
        'a budget of all',
        'lets all 3 pods go at once',
        (all) => set(one(all, 'PodDisruptionBudget', 'todo-app').spec!, 'maxUnavailable', 3),
      ],
      [
        'an autoscaler of nothing',
        'HorizontalPodAutoscaler todo-app scales nothing',
        (all) => set(one(all, 'HorizontalPodAutoscaler').spec!['scaleTargetRef'] as object, 'name', 'todo'),
      ],
      [
        'an autoscaler without memory',
        'does not look at memory',
        (all) => (one(all, 'HorizontalPodAutoscaler').spec!['metrics'] as unknown[]).pop(),
      ],
      ['a fixed number beside it', 'is set back by each apply', (all) => set(app(all).spec, 'replicas', 3)],
      [
        'more pods than are told',
        'app-config speaks of 10 instances, and there may be 50',
        (all) => set(one(all, 'HorizontalPodAutoscaler').spec!, 'maxReplicas', 50),
      ],
      [
        'too few connections',
        '10 instances need 110 connections, and there are 97',
        (all) => set(parameters(all), 'max_connections', '100'),
      ],
      [
        'a Service of nothing',
        'Service todo-app-service has no pods',
        (all) => set(one(all, 'Service', 'todo-app-service').spec!, 'selector', { app: 'todo' }),
      ],
      [
        'a Service of no instance',
        'Service todo-db-3 has no instance',
        (all) => set(one(all, 'Cluster').spec!, 'instances', 2),
      ],
      [
        'a port that nobody listens on',
        'leads to port 8080',
        (all) =>
          set(one(all, 'Service', 'todo-app-service').spec!, 'ports', [
            { name: 'http', port: 80, targetPort: 8080 },
          ]),
      ],
      [
        'a key that is missing',
        'reads jwt-secret of Secret app-secrets, which has no such key',
        (all) => set(secretTemplate(all), 'jwt-secret', undefined),
      ],
      [
        'a secret that is missing',
        'reads Secret app-secrets, which nobody makes',
        (all) => remove(all, 'ExternalSecret', 'app-secrets'),
      ],
      [
        'a configuration that is missing',
        'reads ConfigMap app-config, which nobody makes',
        (all) => remove(all, 'ConfigMap', 'app-config'),
      ],
      [
        'a volume that is missing',
        'mounts database-ca, which is no volume',
        (all) => set(pod(all), 'volumes', []),
      ],
      [
        'an unknown variable',
        'the server knows no RUST_LOG',
        (all) => container(all).env!.push({ name: 'RUST_LOG', value: 'info' }),
      ],
      [
        'a host that is none',
        'names todo-db-pooler-rw, which is no Service',
        (all) => remove(all, 'Pooler', 'todo-db-pooler-rw'),
      ],
      [
        'a host that is not certified',
        'the certificate does not name todo-db-2',
        (all) =>
          set(one(all, 'Cluster').spec!['certificates'] as object, 'serverAltDNSNames', [
            'todo-db-pooler-rw',
            'todo-db-1',
            'todo-db-3',
          ]),
      ],
      ['metrics for all', 'shows /metrics to everybody', (all) => set(paths(all)[0]!, 'path', '/')],
      ['no TLS', 'has no TLS for todo.example.com', (all) => set(one(all, 'Ingress').spec!, 'tls', [])],
      [
        'an ingress to nothing',
        'leads /api to nobody',
        (all) => set(paths(all)[0]!.backend.service, 'name', 'nobody'),
      ],
      [
        'a monitor of nothing',
        'ServiceMonitor todo-app finds no Service',
        (all) => set(one(all, 'ServiceMonitor').spec!['selector'] as object, 'matchLabels', { app: 'todo' }),
      ],
      [
        'a monitor of no port',
        'asks port metrics',
        (all) => set(one(all, 'ServiceMonitor').spec!, 'endpoints', [{ port: 'metrics' }]),
      ],
      ['no denial', 'nothing is denied by default', (all) => remove(all, 'NetworkPolicy', 'default-deny')],
      [
        'everybody',
        'NetworkPolicy todo-app lets everybody in',
        (all) => set(one(all, 'NetworkPolicy', 'todo-app').spec!, 'ingress', [{ ports: [{ port: 8000 }] }]),
      ],
      [
        'every port',
        'NetworkPolicy todo-app lets out to every port',
        (all) => set(one(all, 'NetworkPolicy', 'todo-app').spec!, 'egress', [{ to: [] }]),
      ],
      [
        'pods without a policy',
        'Deployment todo-app has no policy of its own',
        (all) => remove(all, 'NetworkPolicy', 'todo-app'),
      ],
    ])('%s: %s', (_, finding, breakIt) => {
      const manifests = manifestsOf('production')
      breakIt(manifests)
      expect(findingsOf(manifests).filter((found) => found.includes(finding))).not.toEqual([])
    })
  })
})

test('every folder of infra/k8s is part of an environment', () => {
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
