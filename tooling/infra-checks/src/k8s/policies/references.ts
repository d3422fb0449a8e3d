// References between objects.
import {
  type Container,
  type KeyRef,
  type Labels,
  type Manifest,
  type Workload,
  containersOf,
  nameOf,
  ofKind,
  selects,
  workloadsOf,
} from '../manifest.ts'

type Service = Manifest & {
  spec: { selector: Labels; ports: { name?: string; port: number; targetPort: string | number }[] }
}

type Cluster = Manifest & { spec: { instances: number; certificates: { serverAltDNSNames: string[] } } }

/** Each Service selects pods that listen on its ports. */
export const serviceFindings = (manifests: readonly Manifest[]): string[] =>
  ofKind<Service>(manifests, 'Service').flatMap((service) => {
    const { selector, ports } = service.spec
    if ('cnpg.io/cluster' in selector)
      return isInstance(selector, manifests) ? [] : [`${nameOf(service)} selects no database instance`]
    const workload = workloadsOf(manifests).find(({ spec }) =>
      selects(selector, spec.template.metadata.labels),
    )
    if (!workload) return [`${nameOf(service)} selects no pods`]
    const open = containersOf(workload).flatMap(({ ports: own = [] }) => own)
    return ports
      .filter(
        ({ targetPort }) => !open.some((own) => own.name === targetPort || own.containerPort === targetPort),
      )
      .map(
        ({ targetPort }) =>
          `${nameOf(service)} forwards to port ${targetPort}, which no container listens on`,
      )
  })

/** The operator numbers the instances of a cluster from 1. */
function isInstance(selector: Labels, manifests: readonly Manifest[]): boolean {
  return ofKind<Cluster>(manifests, 'Cluster').some(({ metadata: { name }, spec }) =>
    Array.from({ length: spec.instances }, (_, index) => `${name}-${index + 1}`).some(
      (instance) => selector['cnpg.io/cluster'] === name && selector['cnpg.io/instanceName'] === instance,
    ),
  )
}

/** Keys of each Secret and ConfigMap, also of those that an operator creates. */
function keysOf(manifests: readonly Manifest[]): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>()
  for (const { kind, metadata, data, stringData } of ofKind(manifests, 'Secret', 'ConfigMap'))
    keys.set(`${kind} ${metadata.name}`, new Set(Object.keys({ ...data, ...stringData })))
  type External = Manifest & { spec: { target: { name: string; template: { data: Labels } } } }
  for (const { spec } of ofKind<External>(manifests, 'ExternalSecret'))
    keys.set(`Secret ${spec.target.name}`, new Set(Object.keys(spec.target.template.data)))
  for (const { metadata } of ofKind(manifests, 'Cluster'))
    keys.set(`Secret ${metadata.name}-ca`, new Set(['ca.crt', 'ca.key']))
  return keys
}

/** Each key that a pod reads exists in its Secret or ConfigMap. */
export function keyFindings(manifests: readonly Manifest[]): string[] {
  const keys = keysOf(manifests)
  const missing = (kind: 'Secret' | 'ConfigMap', { name, key, optional }: KeyRef) => {
    const known = keys.get(`${kind} ${name}`)
    if (!known) return [`reads ${kind} ${name}, which does not exist`]
    return known.has(key) || optional ? [] : [`reads ${key} of ${kind} ${name}, which has no such key`]
  }
  const ofContainer = ({ env = [], envFrom = [] }: Container) => [
    ...env.flatMap(({ valueFrom: { secretKeyRef, configMapKeyRef } = {} }) => [
      ...(secretKeyRef ? missing('Secret', secretKeyRef) : []),
      ...(configMapKeyRef ? missing('ConfigMap', configMapKeyRef) : []),
    ]),
    ...envFrom.flatMap(({ configMapRef }) =>
      configMapRef && !keys.has(`ConfigMap ${configMapRef.name}`)
        ? [`reads ConfigMap ${configMapRef.name}, which does not exist`]
        : [],
    ),
  ]
  const ofVolumes = ({ spec }: Workload) =>
    (spec.template.spec.volumes ?? []).flatMap(({ secret }) =>
      (secret?.items ?? []).flatMap(({ key }) => missing('Secret', { name: secret?.secretName ?? '', key })),
    )
  return workloadsOf(manifests).flatMap((workload) =>
    [...containersOf(workload).flatMap(ofContainer), ...ofVolumes(workload)].map(
      (finding) => `${nameOf(workload)} ${finding}`,
    ),
  )
}

/** Each mounted volume exists, and each volume is mounted. */
export const volumeFindings = (manifests: readonly Manifest[]): string[] =>
  workloadsOf(manifests).flatMap((workload) => {
    type Claims = { volumeClaimTemplates?: Manifest[] }
    const { volumeClaimTemplates: claims = [] } = workload.spec as Claims
    const volumes = new Set([
      ...(workload.spec.template.spec.volumes ?? []).map(({ name }) => name),
      ...claims.map(({ metadata }) => metadata.name),
    ])
    const mounted = new Set(
      containersOf(workload).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
    )
    const unknown = [...mounted].filter((name) => !volumes.has(name))
    const unused = [...volumes].filter((name) => !mounted.has(name))
    return [
      ...unknown.map((name) => `${nameOf(workload)} mounts ${name}, which is not a volume`),
      ...unused.map((name) => `${nameOf(workload)} does not mount its volume ${name}`),
    ]
  })

/** The server reads every variable that it is given. */
export const environmentFindings = (manifests: readonly Manifest[], known: ReadonlySet<string>): string[] => {
  const given = [
    ...workloadsOf(manifests)
      .flatMap(containersOf)
      .filter(({ name }) => name === 'app' || name === 'migrate')
      .flatMap(({ env = [] }) => env.map(({ name }) => name)),
    ...Object.keys(manifests.find(({ metadata }) => metadata.name === 'app-config')?.data ?? {}),
  ]
  return [...new Set(given)]
    .filter((name) => !known.has(name))
    .map((name) => `the server has no variable ${name}`)
}

/** The hosts in database URLs exist, and the database certificate covers them. */
export function databaseFindings(manifests: readonly Manifest[]): string[] {
  const [cluster] = ofKind<Cluster>(manifests, 'Cluster')
  if (!cluster) return []
  const { name } = cluster.metadata
  const own = [`${name}-rw`, `${name}-ro`, `${name}-r`]
  const others = ofKind(manifests, 'Service', 'Pooler').map(({ metadata }) => metadata.name)
  const text = JSON.stringify(ofKind(manifests, 'ExternalSecret'))
  const hosts = new Set(text.match(new RegExp(`\\b${name}-[\\w-]+(?=:5432|\\\\")`, 'g')) ?? [])
  return [...hosts]
    .filter((host) => host !== `${name}-app`)
    .flatMap((host) => {
      if (own.includes(host)) return []
      if (!others.includes(host)) return [`a database URL uses the host ${host}, which is not a Service`]
      return cluster.spec.certificates.serverAltDNSNames.includes(host)
        ? []
        : [`the database certificate does not cover ${host}`]
    })
}
