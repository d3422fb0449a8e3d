import type { WorkloadName } from '@todo/load'
import type { Sample } from './measure.ts'

/** Medians over the rounds. */
export type Summary = Omit<Sample, 'target' | 'workload' | 'round'>
export type Summaries = Map<string, Summary>

const FIELDS = ['requestsPerSecond', 'p50', 'p99', 'serverCpu', 'postgresCpu', 'memoryMiB'] as const

export const keyOf = (target: string, workload: WorkloadName) => `${workload} ${target}`

export function summarise(samples: Sample[]): Summaries {
  const groups = Map.groupBy(samples, ({ target, workload }) => keyOf(target, workload))
  return new Map(
    [...groups].map(([key, group]) => {
      const medians = FIELDS.map(
        (field) => [field, median(group.map((sample) => sample[field] ?? Number.NaN))] as const,
      )
      return [key, Object.fromEntries(medians) as Summary]
    }),
  )
}

/**
 * One target over another: the median of their ratios round by round, as a machine that others share is slow for a while,
 * and both are measured in that while. undefined: not measured.
 */
export function ratioOf(
  samples: Sample[],
  {
    targets,
    workload,
    of,
  }: { targets: [string, string]; workload: WorkloadName; of: (sample: Sample) => number },
): number | undefined {
  const [one, other] = targets
  const measured = samples.filter((sample) => sample.workload === workload)
  const others = new Map(
    measured.filter(({ target }) => target === other).map((sample) => [sample.round, of(sample)]),
  )
  const ratios = measured
    .filter(({ target }) => target === one)
    .map((sample) => of(sample) / (others.get(sample.round) ?? Number.NaN))
  return ratios.length === 0 || ratios.some(Number.isNaN) ? undefined : median(ratios)
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export const throughput = ({ requestsPerSecond }: Sample) => requestsPerSecond
