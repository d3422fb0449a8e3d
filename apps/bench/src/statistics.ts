import type { WorkloadName } from '@todo/load'
import type { Sample } from './measure.ts'

const FIGURES = ['requestsPerSecond', 'p50', 'p99', 'serverCpu', 'postgresCpu', 'memoryMiB'] as const

/** Medians over the rounds. */
export type Summary = { target: string; workload: WorkloadName } & Record<
  (typeof FIGURES)[number],
  number | undefined
>

export function summarize(samples: Sample[]): Summary[] {
  const groups = Map.groupBy(samples, ({ target, workload }) => `${target} ${workload}`)
  return [...groups.values()].map((group) => {
    const { target, workload } = group[0] as Sample
    const medians = FIGURES.map((figure) => [figure, median(group.map((sample) => sample[figure]))] as const)
    return { target, workload, ...Object.fromEntries(medians) } as Summary
  })
}

export type Comparison = {
  target: string
  peer: string
  workload: WorkloadName
  by: 'throughput' | "the server's CPU"
}

/** The median of the ratios within each round, in which both run on an equally busy machine; undefined if not measured. */
export function ratio(samples: Sample[], { target, peer, workload, by }: Comparison): number | undefined {
  const figure = ({ requestsPerSecond, serverCpu }: Sample) =>
    by === 'throughput' ? requestsPerSecond : serverCpu && 1 / serverCpu
  const of = (name: string) =>
    new Map(
      samples
        .filter((sample) => sample.target === name && sample.workload === workload)
        .map((sample) => [sample.round, figure(sample)]),
    )
  const peers = of(peer)
  return median([...of(target)].map(([round, ours]) => divide(ours, peers.get(round))))
}

export const divide = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a / b

/** undefined without values, or if one of them is undefined. */
export function median(values: (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b)
  if (sorted.length < values.length) return undefined
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined || sorted.length % 2 === 1) return upper
  return ((sorted[middle - 1] ?? upper) + upper) / 2
}
