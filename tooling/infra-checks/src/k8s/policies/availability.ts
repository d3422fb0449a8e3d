// Rules that keep the service up during a rollout, the loss of a node or a zone, and load peaks.
import {
  type Autoscaler,
  type Labels,
  type Manifest,
  type Workload,
  autoscalerOf,
  leastPods,
  mostPods,
  nameOf,
  ofKind,
  quantity,
  selects,
  workloadsOf,
} from '../manifest.ts'

const deploymentsOf = (manifests: readonly Manifest[]) => ofKind<Workload>(manifests, 'Deployment')

/** New pods are ready before old ones stop, and migrations run first. */
export const rolloutFindings = (manifests: readonly Manifest[]): string[] =>
  deploymentsOf(manifests).flatMap((deployment) => {
    const { strategy, template } = deployment.spec
    const { initContainers = [], containers } = template.spec
    const [migrate] = initContainers.filter(({ args }) => args?.includes('migrate'))
    const app = containers.find(({ name }) => name === 'app')
    const findings: string[] = []
    if (strategy?.rollingUpdate?.maxUnavailable !== 0)
      findings.push('may remove pods before new ones are ready')
    if (!migrate) findings.push('starts the app before migrations have run')
    if (migrate && migrate.image !== app?.image)
      findings.push('migrates with a different image than it serves')
    return findings.map((finding) => `${nameOf(deployment)} ${finding}`)
  })

export const spreadFindings = (manifests: readonly Manifest[]): string[] =>
  deploymentsOf(manifests).flatMap((deployment) => {
    const { topologySpreadConstraints = [] } = deployment.spec.template.spec
    return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']
      .filter((key) => !topologySpreadConstraints.some(({ topologyKey }) => topologyKey === key))
      .map((key) => `${nameOf(deployment)} is not spread over ${key}`)
  })

type Budget = Manifest & {
  spec: { maxUnavailable?: number; minAvailable?: number; selector: { matchLabels: Labels } }
}

/** A node can be drained, but never takes all pods with it. */
export function disruptionFindings(manifests: readonly Manifest[]): string[] {
  const budgets = ofKind<Budget>(manifests, 'PodDisruptionBudget')
  return deploymentsOf(manifests).flatMap((deployment) => {
    const budget = budgets.find(({ spec }) =>
      selects(spec.selector.matchLabels, deployment.spec.template.metadata.labels),
    )
    if (!budget) return [`${nameOf(deployment)} has no PodDisruptionBudget`]
    const pods = leastPods(deployment, manifests)
    const { minAvailable, maxUnavailable = pods - (minAvailable ?? 0) } = budget.spec
    if (maxUnavailable < 1) return [`${nameOf(budget)} blocks every node drain`]
    return pods > 1 && maxUnavailable >= pods
      ? [`${nameOf(budget)} allows evicting all ${pods} pods at once`]
      : []
  })
}

/** Each autoscaler has a target without a replica count of its own, and thresholds below the limits. */
export function autoscalingFindings(manifests: readonly Manifest[]): string[] {
  const scaled = workloadsOf(manifests).flatMap((workload) => {
    const autoscaler = autoscalerOf(workload, manifests)
    if (!autoscaler) return []
    const limits = workload.spec.template.spec.containers[0]?.resources?.limits ?? {}
    const thresholds = (['cpu', 'memory'] as const).flatMap((name) => {
      const metric = autoscaler.spec.metrics.find(({ resource }) => resource?.name === name)
      if (!metric) return [`does not scale on ${name}`]
      const threshold = quantity(metric.resource?.target.averageValue)
      return threshold < quantity(limits[name]) ? [] : [`has a ${name} threshold above the limit`]
    })
    const findings =
      workload.spec.replicas === undefined
        ? thresholds
        : [...thresholds, 'competes with a fixed replica count']
    return findings.map((finding) => `${nameOf(autoscaler)} ${finding}`)
  })
  const found = new Set(workloadsOf(manifests).map((workload) => autoscalerOf(workload, manifests)))
  const lost = ofKind<Autoscaler>(manifests, 'HorizontalPodAutoscaler').filter(
    (autoscaler) => !found.has(autoscaler),
  )
  return [...scaled, ...lost.map((autoscaler) => `${nameOf(autoscaler)} has no target`)]
}

type Cluster = Manifest & { spec: { postgresql: { parameters: Record<string, string> } } }

// Postgres' default of superuser_reserved_connections.
const RESERVED = 3

/** The connections of all instances fit into each database server (docs/scaling.md). */
export function connectionFindings(manifests: readonly Manifest[]): string[] {
  const [cluster] = ofKind<Cluster>(manifests, 'Cluster')
  const { data = {} } = manifests.find(({ metadata }) => metadata.name === 'app-config') ?? {}
  const instances = Number(data['APP_INSTANCES'])
  return workloadsOf(manifests)
    .filter(({ metadata }) => metadata.name === 'todo-app')
    .flatMap((workload) => {
      const most = mostPods(workload, manifests)
      if (instances < most) return [`APP_INSTANCES is ${instances}, but there can be ${most} pods`]
      if (!cluster) return []
      const needed = instances * (Number(data['DATABASE_POOL_SIZE']) + 1)
      const allowed = Number(cluster.spec.postgresql.parameters['max_connections']) - RESERVED
      return needed <= allowed
        ? []
        : [`${instances} instances need ${needed} connections, but the database allows ${allowed}`]
    })
}
