import { cpus, totalmem } from 'node:os'
import type { Gate } from './gates.ts'
import type { Plan, Sample } from './measure.ts'
import { CORES } from './processes.ts'
import type { WorkloadName } from './workloads.ts'

/** Medians over the rounds. */
export type Summary = Omit<Sample, 'door' | 'workload' | 'round'>
export type Summaries = Map<string, Summary>

const FIELDS = ['requestsPerSecond', 'p50', 'p99', 'serverCpu', 'postgresCpu', 'memoryMiB'] as const

export const keyOf = (door: string, workload: WorkloadName) => `${workload} ${door}`

export function summarise(samples: Sample[]): Summaries {
  const groups = Map.groupBy(samples, ({ door, workload }) => keyOf(door, workload))
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
 * One door over another: the median of their ratios round by round, as a machine that others share is slow for a while,
 * and both are measured in that while. undefined: not measured.
 */
export function ratioOf(
  samples: Sample[],
  {
    doors,
    workload,
    of,
  }: { doors: [string, string]; workload: WorkloadName; of: (sample: Sample) => number },
): number | undefined {
  const [one, other] = doors
  const measured = samples.filter((sample) => sample.workload === workload)
  const others = new Map(
    measured.filter(({ door }) => door === other).map((sample) => [sample.round, of(sample)]),
  )
  const ratios = measured
    .filter(({ door }) => door === one)
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

/** What it ran on: figures of two machines do not compare. */
export function machine(): string {
  const [cpu] = cpus()
  const pinned = CORES
    ? `load generator on core ${CORES.generator}, server on ${CORES.server}, Postgres on ${CORES.postgres}`
    : 'nothing bound to a core'
  return `${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}; ${pinned}`
}

const HEADS = ['', 'req/s', '/ floor', 'p50 ms', 'p99 ms', 'server µs', 'Postgres µs', 'MiB']

/** A Markdown table per workload, which is also readable as it is. */
export function tables(samples: Sample[], { workloads, doors }: Plan): string {
  const summaries = summarise(samples)
  return workloads
    .map((workload) => {
      const rows = doors.flatMap(({ name }) => {
        const summary = summaries.get(keyOf(name, workload))
        const toFloor = ratioOf(samples, { doors: [name, 'floor'], workload, of: throughput })
        return summary ? [[name, ...cells(summary, toFloor)]] : []
      })
      return `### ${workload}\n\n${markdown([HEADS, ...rows])}`
    })
    .join('\n\n')
}

export const throughput = ({ requestsPerSecond }: Sample) => requestsPerSecond

const cells = (summary: Summary, toFloor: number | undefined) => [
  figure(summary.requestsPerSecond, 0),
  figure(toFloor, 2),
  figure(summary.p50, 1),
  figure(summary.p99, 1),
  figure(summary.serverCpu, 0),
  figure(summary.postgresCpu, 0),
  figure(summary.memoryMiB, 0),
]

export function gateTable(gates: Gate[]): string {
  const rows = gates.map(({ what, wanted, value, isReached }) => [
    what,
    wanted,
    figure(value, 2),
    value === undefined ? 'not measured' : isReached ? 'reached' : 'MISSED',
  ])
  return markdown([['what', 'wanted', 'measured', ''], ...rows])
}

const figure = (value: number | undefined, digits: number) =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits)

function markdown([heads = [], ...rows]: string[][]): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(heads), rule, ...rows.map(line)].join('\n')
}
