import type { Replication } from '@todo/db'
import { Counter, Gauge, type Registry } from 'prom-client'

/** How replicas do, and who serves the reads. */
export function replicaMetrics(registry: Registry, { replicas, reads }: Replication): void {
  const labelNames = ['server'] as const
  registry.registerMetric(
    new Gauge({
      name: 'db_replica_up',
      help: 'Whether a replica is in the rotation: it answers, follows the primary and is not too far behind',
      labelNames,
      registers: [],
      collect() {
        for (const { name, serves } of replicas()) this.set({ server: name }, serves ? 1 : 0)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'db_replica_lag_seconds',
      help: 'How long ago the primary was where the replica is; no sample while the replica does not answer',
      labelNames,
      registers: [],
      collect() {
        this.reset()
        for (const { name, lagMs } of replicas()) {
          if (lagMs !== undefined) this.set({ server: name }, lagMs / 1000)
        }
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'db_reads_total',
      help: 'Queries by the server that they were given to',
      labelNames,
      registers: [],
      collect() {
        this.reset()
        for (const [name, count] of reads()) this.inc({ server: name }, count)
      },
    }),
  )
}
