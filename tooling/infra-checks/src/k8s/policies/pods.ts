// Rules for every pod.
import {
  type Container,
  type Manifest,
  type Probe,
  type Workload,
  containersOf,
  nameOf,
  ofKind,
  workloadsOf,
} from '../manifest.ts'

/** Every image has a version tag or a digest, including the ones that operators start. */
export const imageFindings = (manifests: readonly Manifest[]): string[] =>
  manifests.flatMap((manifest) =>
    imagesOf(manifest.spec)
      .filter((image) => !/@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]*\d[\w.-]*$/.test(image))
      .map((image) => `${nameOf(manifest)}: the image ${image} has no version tag`),
  )

export function imagesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    typeof member === 'string' ? (/^image(Name)?$/.test(key) ? [member] : []) : imagesOf(member),
  )
}

export function resourceFindings(manifests: readonly Manifest[]): string[] {
  const poolers = ofKind<Workload>(manifests, 'Pooler')
  return [...workloadsOf(manifests), ...poolers].flatMap((workload) =>
    containersOf(workload).flatMap(({ name, resources = {} }) =>
      (['requests', 'limits'] as const)
        .filter((kind) => !resources[kind]?.cpu || !resources[kind].memory)
        .map((kind) => `${nameOf(workload)}: ${name} has no ${kind} of CPU and memory`),
    ),
  )
}

/** The restricted level of Kubernetes' pod security standards, and a read-only root file system. */
export function securityFindings(manifests: readonly Manifest[]): string[] {
  const namespaces = ofKind(manifests, 'Namespace')
    .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map((namespace) => `${nameOf(namespace)} does not enforce the restricted pod security level`)
  const pods = workloadsOf(manifests).flatMap((workload) => [
    ...podSecurity(workload),
    ...containersOf(workload).flatMap((container) =>
      containerSecurity(container).map((finding) => `${nameOf(workload)}: ${container.name} ${finding}`),
    ),
  ])
  return [...namespaces, ...pods]
}

function podSecurity(workload: Workload): string[] {
  const { spec } = workload.spec.template
  const { runAsNonRoot, runAsUser = 0, seccompProfile } = spec.securityContext ?? {}
  const findings: string[] = []
  if (runAsNonRoot !== true || runAsUser === 0) findings.push('may run as root')
  if (seccompProfile?.type !== 'RuntimeDefault') findings.push('has no seccomp profile')
  if (spec.hostNetwork || spec.hostPID || spec.volumes?.some(({ hostPath }) => hostPath !== undefined))
    findings.push('uses the network, processes or files of its node')
  if (spec.automountServiceAccountToken !== false) findings.push('mounts a service account token')
  return findings.map((finding) => `${nameOf(workload)} ${finding}`)
}

function containerSecurity({ securityContext = {} }: Container): string[] {
  const { allowPrivilegeEscalation, privileged, readOnlyRootFilesystem, capabilities = {} } = securityContext
  const findings: string[] = []
  if (allowPrivilegeEscalation !== false || privileged) findings.push('can escalate its privileges')
  if (readOnlyRootFilesystem !== true) findings.push('can write to its root file system')
  if (!capabilities.drop?.includes('ALL') || capabilities.add) findings.push('keeps capabilities')
  return findings
}

const PROBES = {
  startupProbe: '/health/live',
  livenessProbe: '/health/live',
  readinessProbe: '/health/ready',
} as const

export const probeFindings = (manifests: readonly Manifest[]): string[] =>
  workloadsOf(manifests).flatMap((workload) =>
    workload.spec.template.spec.containers.flatMap((container) =>
      Object.entries(PROBES).flatMap(([kind, path]) => {
        const finding = probeFinding(container, container[kind as keyof typeof PROBES], path)
        return finding === undefined
          ? []
          : [`${nameOf(workload)}: the ${kind} of ${container.name} ${finding}`]
      }),
    ),
  )

function probeFinding(
  { name, ports = [] }: Container,
  probe: Probe | undefined,
  path: string,
): string | undefined {
  if (!probe?.httpGet && !probe?.exec) return 'is missing'
  if (!probe.httpGet) return undefined
  const { port, path: actual } = probe.httpGet
  if (!ports.some((own) => own.name === port || own.containerPort === port))
    return `uses port ${port}, which the container does not have`
  return name === 'app' && actual !== path ? `requests ${actual} instead of ${path}` : undefined
}

/** The sleep before SIGTERM, the drain and the shutdown timeout fit into the termination grace period. */
export function shutdownFindings(manifests: readonly Manifest[]): string[] {
  const { data = {} } = manifests.find(({ metadata }) => metadata.name === 'app-config') ?? {}
  return workloadsOf(manifests).flatMap((workload) => {
    const { spec } = workload.spec.template
    const app = spec.containers.find(({ name }) => name === 'app')
    if (!app) return []
    const sleep = app.lifecycle?.preStop?.sleep?.seconds ?? 0
    if (sleep === 0) return [`${nameOf(workload)} stops before its endpoint is removed (no preStop sleep)`]
    const needed = sleep + (Number(data['SHUTDOWN_DRAIN_MS']) + Number(data['SHUTDOWN_TIMEOUT_MS'])) / 1000
    const allowed = spec.terminationGracePeriodSeconds ?? 30
    return needed < allowed
      ? []
      : [`${nameOf(workload)} needs ${needed} s to shut down, but gets ${allowed} s`]
  })
}
