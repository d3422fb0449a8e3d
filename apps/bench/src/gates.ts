import { WRITES, type WorkloadName } from '@todo/load'
import type { Sample } from './measure.ts'
import { keyOf, ratioOf, summarise, throughput } from './statistics.ts'

/** A row of what is to be reached. */
export type Gate = {
  what: string
  wanted: string
  /** undefined: this run did not measure it. */
  value: number | undefined
  isReached: boolean
}

const POINT_READS: WorkloadName[] = ['get', 'list']
const READS: WorkloadName[] = ['get', 'list', 'filtered']

export function gatesOf(samples: Sample[]): Gate[] {
  const comparing =
    (of: (sample: Sample) => number, by = '') =>
    (targets: [string, string], workloads: WorkloadName[], least: number) =>
      workloads.map((workload) =>
        gate(`${targets[0]} / ${targets[1]}, ${workload}${by}`, ratioOf(samples, { targets, workload, of }), {
          least,
        }),
      )
  const atLeast = comparing(throughput)
  // Where Postgres takes most of a request, throughput tells little of the servers: requests per second of their CPU do.
  const atLeastOfCpu = comparing(({ serverCpu }) => 1 / (serverCpu ?? Number.NaN), ", by the server's CPU")
  return [
    ...atLeast(['ours-rest', 'floor'], POINT_READS, 0.8),
    ...atLeast(['ours-rpc', 'floor'], POINT_READS, 0.75),
    ...atLeast(['ours-rest', 'floor'], WRITES, 0.8),
    ...atLeast(['ours-rpc', 'floor'], WRITES, 0.8),
    ...atLeastOfCpu(['ours-rest', 'floor'], WRITES, 0.8),
    ...atLeastOfCpu(['ours-rpc', 'floor'], WRITES, 0.8),
    ...atLeast(['ours-rest', 'stock-rest'], READS, 3),
    ...atLeast(['ours-rpc', 'stock-rpc'], [...READS, 'batch'], 3),
    ...['nest', 'hono'].flatMap((peer) =>
      ['ours-rest', 'ours-rpc'].flatMap((target) => [
        ...atLeast([target, peer], READS, 2),
        ...atLeast([target, peer], [...WRITES, 'mix'], 1),
      ]),
    ),
    pages(samples),
  ]
}

/** The slowest over the fastest of three pages, of few todos and many, near and far. */
function pages(samples: Sample[]): Gate {
  const summaries = summarise(samples)
  const names: WorkloadName[] = ['first page', 'first page of many', 'far page of many']
  const rates = names.map((name) => summaries.get(keyOf('ours-rest', name))?.requestsPerSecond ?? Number.NaN)
  const value = Math.max(...rates) / Math.min(...rates)
  return gate(
    'ours-rest, pages near and far, of few and many: slowest / fastest',
    Number.isNaN(value) ? undefined : value,
    {
      most: 1.3,
    },
  )
}

export function gate(
  what: string,
  value: number | undefined,
  { least, most }: { least?: number; most?: number },
): Gate {
  const wanted = [least !== undefined && `≥ ${least}`, most !== undefined && `≤ ${most}`]
    .filter(Boolean)
    .join(', ')
  const isReached = value !== undefined && value >= (least ?? -Infinity) && value <= (most ?? Infinity)
  return { what, wanted, value, isReached }
}
