import { ALL_WORKLOADS, CORES } from '@todo/load'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { charts } from './charts.ts'
import type { ContainerRun } from './container.ts'
import type { Gate } from './gates.ts'
import { CONNECTIONS, type Sample } from './measure.ts'
import type { Options } from './options.ts'
import { ratio, summarize } from './statistics.ts'

type Results = { samples: Sample[]; container: ContainerRun | undefined; gates: Gate[] }

/** Prints the report and writes it to files, with charts. */
export async function writeReport(
  { plan, isQuick, isWhole, out }: Options,
  { samples, container, gates }: Results,
): Promise<void> {
  const shown = isWhole ? gates : gates.filter(({ verdict }) => verdict !== 'not measured')
  const missed = gates.filter(({ verdict }) => verdict === 'MISSED').length
  const result = isQuick
    ? 'All answers are correct. The figures of a quick run are noise, so no gate is checked.'
    : `${gateTable(shown)}\n\n${missed} of ${shown.length} gates missed.`
  const { owners, bigTodos } = plan.scale
  const heading = [
    `${new Date().toISOString().slice(0, 10)}, ${machine()}.`,
    `Medians of ${plan.rounds} interleaved rounds, ${CONNECTIONS} connections, ${owners} owners with 100 todos each and one with ${bigTodos}. A ratio is the median of the ratios within the rounds.`,
  ].join('\n\n')
  const tables = workloadTables(samples)
  console.log(`\n${heading}\n\n${tables}\n\n${result}`)

  mkdirSync(out, { recursive: true })
  const save = (name: string, text: string) => writeFileSync(join(out, name), `${text}\n`)
  const summaries = summarize(samples)
  const data = { at: new Date(), machine: machine(), plan, gates, summaries, container }
  save('report.md', `# The last run of \`pnpm bench\`\n\n${heading}\n\n${result}\n\n${tables}`)
  save('report.json', JSON.stringify(data, null, 2))
  for (const [name, svg] of await charts(summaries)) save(name, svg)
}

/** Figures of two machines are not comparable. */
export function machine(): string {
  const pinned = CORES
    ? `load generator on core ${CORES.generator}, server on ${CORES.server}, Postgres on ${CORES.postgres}`
    : 'no process pinned to a core'
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}; ${pinned}`
}

export const gateTable = (gates: Gate[]) =>
  markdown([
    ['gate', 'wanted', 'measured', 'lowest', 'result'],
    ...gates.map(({ what, wanted, measured, lowest, verdict }) => [
      what,
      wanted,
      figure(measured, 2),
      lowest ?? '',
      verdict,
    ]),
  ])

/** A table for each workload, with the medians of each target. */
export function workloadTables(samples: Sample[]): string {
  const summaries = summarize(samples)
  return ALL_WORKLOADS.flatMap((workload) => {
    const rows = summaries
      .filter((summary) => summary.workload === workload)
      .map(({ target, requestsPerSecond, p50, p99, serverCpu, postgresCpu, memoryMiB }) => [
        target,
        figure(requestsPerSecond, 0),
        figure(ratio(samples, { target, peer: 'floor', workload, by: 'throughput' }), 2),
        figure(p50, 1),
        figure(p99, 1),
        figure(serverCpu, 0),
        figure(postgresCpu, 0),
        figure(memoryMiB, 0),
      ])
    const heads = ['', 'req/s', '/ floor', 'p50 ms', 'p99 ms', 'server µs', 'Postgres µs', 'MiB']
    return rows.length === 0 ? [] : [`### ${workload}\n\n${markdown([heads, ...rows])}`]
  }).join('\n\n')
}

const figure = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '–'

function markdown(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return rows
    .toSpliced(1, 0, rule)
    .map((row) => widths.map((width, column) => pad(row[column] ?? '', { width, isFirst: column === 0 })))
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

const pad = (cell: string, { width, isFirst }: { width: number; isFirst: boolean }) =>
  isFirst ? cell.padEnd(width) : cell.padStart(width)
