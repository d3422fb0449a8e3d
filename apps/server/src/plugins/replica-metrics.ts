import type { Replication } from '@todo/db'
import fp from 'fastify-plugin'
import { Counter, Gauge, type Registry } from 'prom-client'

type ReplicaMetricsOptions = { registry: Registry; replication: Replication }

/** Metrics of the read replicas: which are in rotation, how far they lag, how many reads each one served. */
export const replicaMetrics = fp<ReplicaMetricsOptions>(
  async (_, { registry, replication }) => {
    const labelNames = ['server'] as const
    const registers = [registry]
    const up = new Gauge({
      name: 'db_replica_up',
      help: 'Whether a replica is in rotation: reachable, following the primary and within the lag limit',
      labelNames,
      registers,
      collect() {
        for (const { name, serves } of replication.replicas()) up.set({ server: name }, serves ? 1 : 0)
      },
    })
    const lag = new Gauge({
      name: 'db_replica_lag_seconds',
      help: 'How far a replica is behind the primary, in seconds; absent while the replica is unreachable',
      labelNames,
      registers,
      collect() {
        lag.reset()
        for (const { name, lagMs } of replication.replicas()) {
          if (lagMs !== undefined) lag.set({ server: name }, lagMs / 1000)
        }
      },
    })
    const reads = new Counter({
      name: 'db_reads_total',
      help: 'Read queries routed to each server',
      labelNames,
      registers,
      collect() {
        reads.reset()
        for (const [name, count] of replication.reads()) reads.inc({ server: name }, count)
      },
    })
  },
  { name: 'replica-metrics' },
)
