// Who may reach whom.
import { type Labels, type Manifest, nameOf, ofKind, selects, workloadsOf } from '../manifest.ts'

type Policy = Manifest & {
  spec: {
    podSelector: { matchLabels?: Labels }
    policyTypes: string[]
    ingress?: { from?: unknown[]; ports?: unknown[] }[]
    egress?: { to?: unknown[]; ports?: { port?: number }[] }[]
  }
}

/** Nothing is allowed by default; what is, is named with its ports, and each pod that serves has its own policy. */
export function networkFindings(manifests: readonly Manifest[]): string[] {
  const policies = ofKind<Policy>(manifests, 'NetworkPolicy')
  const denies = policies.some(
    ({ spec }) =>
      Object.keys(spec.podSelector).length === 0 &&
      spec.policyTypes.length === 2 &&
      !spec.ingress &&
      !spec.egress,
  )
  const open = policies.flatMap((policy) => [
    ...(policy.spec.ingress ?? []).flatMap(({ from = [], ports = [] }) =>
      from.length > 0 && ports.length > 0 ? [] : [`${nameOf(policy)} lets everybody in`],
    ),
    ...(policy.spec.egress ?? []).flatMap(({ ports = [] }) =>
      ports.length > 0 ? [] : [`${nameOf(policy)} lets out to every port`],
    ),
  ])
  const without = workloadsOf(manifests).filter(
    ({ spec }) =>
      !policies.some(({ spec: { podSelector } }) => {
        const { matchLabels = {} } = podSelector
        return Object.keys(matchLabels).length > 0 && selects(matchLabels, spec.template.metadata.labels)
      }),
  )
  return [
    ...(denies ? [] : ['nothing is denied by default']),
    ...open,
    ...without.map((workload) => `${nameOf(workload)} has no policy of its own`),
  ]
}

type Ingress = Manifest & {
  spec: {
    tls?: { hosts: string[]; secretName: string }[]
    rules: {
      host: string
      http: {
        paths: {
          path: string
          pathType: string
          backend: { service: { name: string; port: { name?: string; number?: number } } }
        }[]
      }
    }[]
  }
}

type Service = Manifest & { spec: { ports: { name?: string; port: number }[] } }

/** TLS for every host, only to Services that are there, and not to what is for inside. */
export const ingressFindings = (manifests: readonly Manifest[]): string[] =>
  ofKind<Ingress>(manifests, 'Ingress').flatMap((ingress) => {
    const covered = new Set(ingress.spec.tls?.flatMap(({ hosts }) => hosts))
    const services = ofKind<Service>(manifests, 'Service')
    const findings = ingress.spec.rules.flatMap(({ host, http }) => [
      ...(covered.has(host) ? [] : [`has no TLS for ${host}`]),
      ...http.paths.flatMap(({ path, pathType, backend: { service } }) => {
        const target = services.find(({ metadata }) => metadata.name === service.name)
        const hasPort = target?.spec.ports.some(
          ({ name, port }) => name === service.port.name || port === service.port.number,
        )
        return [
          ...(hasPort ? [] : [`leads ${path} to ${service.name}, which has no such port`]),
          ...(pathType !== 'Exact' && ['/', '/metrics'].includes(path)
            ? ['shows /metrics to everybody']
            : []),
        ]
      }),
    ])
    return findings.map((finding) => `${nameOf(ingress)} ${finding}`)
  })

type Monitor = Manifest & { spec: { selector: { matchLabels: Labels }; endpoints: { port: string }[] } }

/** What Prometheus is to ask is there. */
export const monitorFindings = (manifests: readonly Manifest[]): string[] =>
  ofKind<Monitor>(manifests, 'ServiceMonitor').flatMap((monitor) => {
    const service = ofKind<Service>(manifests, 'Service').find(({ metadata }) =>
      selects(monitor.spec.selector.matchLabels, metadata.labels ?? {}),
    )
    if (!service) return [`${nameOf(monitor)} finds no Service`]
    return monitor.spec.endpoints
      .filter(({ port }) => !service.spec.ports.some(({ name }) => name === port))
      .map(({ port }) => `${nameOf(monitor)} asks port ${port}, which ${nameOf(service)} has not`)
  })
