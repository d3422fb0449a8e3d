// Network access: policies, ingress, monitors.
import { type Labels, type Manifest, nameOf, ofKind, selects, workloadsOf } from '../manifest.ts'

type Policy = Manifest & {
  spec: {
    podSelector: { matchLabels?: Labels }
    policyTypes: string[]
    ingress?: { from?: unknown[]; ports?: unknown[] }[]
    egress?: { to?: unknown[]; ports?: { port?: number }[] }[]
  }
}

/** All traffic is denied by default, each exception names peers and ports, and each workload has a policy. */
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
      from.length > 0 && ports.length > 0 ? [] : [`${nameOf(policy)} accepts traffic from anyone`],
    ),
    ...(policy.spec.egress ?? []).flatMap(({ ports = [] }) =>
      ports.length > 0 ? [] : [`${nameOf(policy)} allows egress to every port`],
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
    ...(denies ? [] : ['no NetworkPolicy denies all traffic by default']),
    ...open,
    ...without.map((workload) => `${nameOf(workload)} has no NetworkPolicy`),
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

/** Every host has TLS, every path leads to an existing Service, and internal paths are not exposed. */
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
          ...(hasPort ? [] : [`routes ${path} to ${service.name}, which has no such port`]),
          ...(pathType !== 'Exact' && ['/', '/metrics'].includes(path)
            ? ['exposes /metrics to the public']
            : []),
        ]
      }),
    ])
    return findings.map((finding) => `${nameOf(ingress)} ${finding}`)
  })

type Monitor = Manifest & { spec: { selector: { matchLabels: Labels }; endpoints: { port: string }[] } }

/** The Services and ports that Prometheus scrapes exist. */
export const monitorFindings = (manifests: readonly Manifest[]): string[] =>
  ofKind<Monitor>(manifests, 'ServiceMonitor').flatMap((monitor) => {
    const service = ofKind<Service>(manifests, 'Service').find(({ metadata }) =>
      selects(monitor.spec.selector.matchLabels, metadata.labels ?? {}),
    )
    if (!service) return [`${nameOf(monitor)} selects no Service`]
    return monitor.spec.endpoints
      .filter(({ port }) => !service.spec.ports.some(({ name }) => name === port))
      .map(({ port }) => `${nameOf(monitor)} scrapes port ${port}, which ${nameOf(service)} does not have`)
  })
