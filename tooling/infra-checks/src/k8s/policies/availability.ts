// What keeps the service up while something goes: a version, a node, a zone, a peak.
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

/** A new version takes over before the one before goes, and its migrations have run. */
export const rolloutFindings = (manifests: readonly Manifest[]): string[] =>
  deploymentsOf(manifests).flatMap((deployment) => {
    const { strategy, template } = deployment.spec
    const { initContainers = [], containers } = template.spec
    const [migrate] = initContainers.filter(({ args }) => args?.includes('migrate'))
    const app = containers.find(({ name }) => name === 'app')
    const findings: string[] = []
    if (strategy?.rollingUpdate?.maxUnavailable !== 0)
      findings.push('may take pods away before new ones are ready')
    if (!migrate) findings.push('serves before it has migrated')
    if (migrate && migrate.image !== app?.image)
      findings.push('migrates with another image than it serves with')
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

/** What is drained must be able to go, and not all of it at once. */
export function disruptionFindings(manifests: readonly Manifest[]): string[] {
  const budgets = ofKind<Budget>(manifests, 'PodDisruptionBudget')
  return deploymentsOf(manifests).flatMap((deployment) => {
    const budget = budgets.find(({ spec }) =>
      selects(spec.selector.matchLabels, deployment.spec.template.metadata.labels),
    )
    if (!budget) return [`${nameOf(deployment)} has no disruption budget`]
    const pods = leastPods(deployment, manifests)
    const { minAvailable, maxUnavailable = pods - (minAvailable ?? 0) } = budget.spec
    if (maxUnavailable < 1) return [`${nameOf(budget)} lets no node be drained`]
    return pods > 1 && maxUnavailable >= pods ? [`${nameOf(budget)} lets all ${pods} pods go at once`] : []
  })
}

/** Each autoscaler has a target, which leaves the number of pods to it, and thresholds that can be reached. */
export function autoscalingFindings(manifests: readonly Manifest[]): string[] {
  const scaled = workloadsOf(manifests).flatMap((workload) => {
    const autoscaler = autoscalerOf(workload, manifests)
    if (!autoscaler) return []
    const limits = workload.spec.template.spec.containers[0]?.resources?.limits ?? {}
    const thresholds = (['cpu', 'memory'] as const).flatMap((name) => {
      const metric = autoscaler.spec.metrics.find(({ resource }) => resource?.name === name)
      if (!metric) return [`does not look at ${name}`]
      const threshold = quantity(metric.resource?.target.averageValue)
      return threshold < quantity(limits[name]) ? [] : [`waits for more ${name} than the limit`]
    })
    const findings =
      workload.spec.replicas === undefined ? thresholds : [...thresholds, 'is set back by each apply']
    return findings.map((finding) => `${nameOf(autoscaler)} ${finding}`)
  })
  const found = new Set(workloadsOf(manifests).map((workload) => autoscalerOf(workload, manifests)))
  const lost = ofKind<Autoscaler>(manifests, 'HorizontalPodAutoscaler').filter(
    (autoscaler) => !found.has(autoscaler),
  )
  return [...scaled, ...lost.map((autoscaler) => `${nameOf(autoscaler)} scales nothing`)]
}

type Cluster = Manifest & { spec: { postgresql: { parameters: Record<string, string> } } }

// superuser_reserved_connections, as Postgres has it.
const RESERVED = 3

/** All instances' connections must fit into each server: docs/scaling.md. */
export function connectionFindings(manifests: readonly Manifest[]): string[] {
  const [cluster] = ofKind<Cluster>(manifests, 'Cluster')
  const { data = {} } = manifests.find(({ metadata }) => metadata.name === 'app-config') ?? {}
  const instances = Number(data['APP_INSTANCES'])
  return workloadsOf(manifests)
    .filter(({ metadata }) => metadata.name === 'todo-app')
    .flatMap((workload) => {
      const most = mostPods(workload, manifests)
      if (instances < most) return [`app-config speaks of ${instances} instances, and there may be ${most}`]
      if (!cluster) return []
      const needed = instances * (Number(data['DATABASE_POOL_SIZE']) + 1)
      const allowed = Number(cluster.spec.postgresql.parameters['max_connections']) - RESERVED
      return needed <= allowed
        ? []
        : [`${instances} instances need ${needed} connections, and there are ${allowed}`]
    })
}
