import { CORES } from '@todo/load'
import { cpus, totalmem } from 'node:os'
import type { Gate } from './gates.ts'
import type { Plan, Sample } from './measure.ts'
import { type Summary, keyOf, ratioOf, summarise, throughput } from './statistics.ts'

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
export function tables(samples: Sample[], { workloads, targets }: Plan): string {
  const summaries = summarise(samples)
  return workloads
    .map((workload) => {
      const rows = targets.flatMap(({ name }) => {
        const summary = summaries.get(keyOf(name, workload))
        const toFloor = ratioOf(samples, { targets: [name, 'floor'], workload, of: throughput })
        return summary ? [[name, ...cells(summary, toFloor)]] : []
      })
      return `### ${workload}\n\n${markdown([HEADS, ...rows])}`
    })
    .join('\n\n')
}

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
