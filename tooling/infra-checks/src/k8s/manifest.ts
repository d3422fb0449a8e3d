/** The members of Kubernetes' objects that the policies read. type-errors.ts checks the rest. */
export type Manifest = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Labels; annotations?: Labels }
  data?: Record<string, string>
  stringData?: Record<string, string>
  spec?: Record<string, unknown>
}

export type Labels = Record<string, string>

type Resources = { cpu?: string | number; memory?: string | number }

export type Probe = {
  httpGet?: { path?: string; port: string | number }
  exec?: { command?: string[] }
}

export type KeyRef = { name: string; key: string; optional?: boolean }

export type Container = {
  name: string
  image?: string
  args?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: KeyRef; configMapKeyRef?: KeyRef } }[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
  ports?: { name?: string; containerPort: number }[]
  resources?: { requests?: Resources; limits?: Resources }
  securityContext?: {
    allowPrivilegeEscalation?: boolean
    privileged?: boolean
    readOnlyRootFilesystem?: boolean
    capabilities?: { add?: string[]; drop?: string[] }
  }
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
  volumeMounts?: { name: string; mountPath: string }[]
}

export type PodSpec = {
  containers: Container[]
  initContainers?: Container[]
  automountServiceAccountToken?: boolean
  serviceAccountName?: string
  hostNetwork?: boolean
  hostPID?: boolean
  terminationGracePeriodSeconds?: number
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type?: string } }
  topologySpreadConstraints?: { topologyKey: string }[]
  volumes?: { name: string; secret?: { secretName: string; items?: { key: string }[] }; hostPath?: unknown }[]
}

export type Workload = Manifest & {
  spec: {
    replicas?: number
    strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number; maxSurge?: number } }
    template: { metadata: { labels: Labels }; spec: PodSpec }
  }
}

export const ofKind = <M extends Manifest = Manifest>(
  manifests: readonly Manifest[],
  ...kinds: string[]
): M[] => manifests.filter(({ kind }) => kinds.includes(kind)) as M[]

/** Workloads with our pods, without the ones that the database operator creates. */
export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  ofKind<Workload>(manifests, 'Deployment', 'StatefulSet')

export const containersOf = ({ spec }: Workload): Container[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
]

export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`

export const selects = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

/** The fewest pods: the autoscaler's minimum, else the replica count. */
export function leastPods(workload: Workload, manifests: readonly Manifest[]): number {
  return autoscalerOf(workload, manifests)?.spec.minReplicas ?? workload.spec.replicas ?? 1
}

export function mostPods(workload: Workload, manifests: readonly Manifest[]): number {
  return autoscalerOf(workload, manifests)?.spec.maxReplicas ?? workload.spec.replicas ?? 1
}

export type Autoscaler = Manifest & {
  spec: {
    scaleTargetRef: { kind: string; name: string }
    minReplicas: number
    maxReplicas: number
    metrics: { resource?: { name: 'cpu' | 'memory'; target: { averageValue?: string } } }[]
  }
}

export const autoscalerOf = ({ kind, metadata }: Workload, manifests: readonly Manifest[]) =>
  ofKind<Autoscaler>(manifests, 'HorizontalPodAutoscaler').find(
    ({ spec }) => spec.scaleTargetRef.kind === kind && spec.scaleTargetRef.name === metadata.name,
  )

const UNITS: Record<string, number> = { '': 1, m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

/** 200m, 128Mi, 2 as a number. */
export function quantity(text: string | number | undefined): number {
  const [, amount = '', unit = ''] = /^([\d.]+)(m|[KMGT]i)?$/.exec(String(text)) ?? []
  return amount === '' ? Number.NaN : Number(amount) * (UNITS[unit] ?? Number.NaN)
}
