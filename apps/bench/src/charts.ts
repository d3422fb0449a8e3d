import { ALL_WORKLOADS } from '@todo/load'
import { View, parse } from 'vega'
import { type TopLevelSpec, compile } from 'vega-lite'
import type { Summary } from './statistics.ts'
import { TARGETS } from './targets.ts'

type Bars = { title: string; figures: string[] }

/** Charts as SVG, by file name. */
export async function charts(summaries: Summary[]): Promise<Map<string, string>> {
  const throughput = { title: 'Requests per second (more is better)', figures: ['requestsPerSecond'] }
  const cpu = {
    title: 'Microseconds of CPU per request, of the server (dark) and of Postgres (less is better)',
    figures: ['serverCpu', 'postgresCpu'],
  }
  return new Map([
    ['throughput.svg', await barChart(summaries, throughput)],
    ['cpu.svg', await barChart(summaries, cpu)],
  ])
}

/** One small chart for each workload, with a bar for each target; two figures are stacked, the first one darker. */
function barChart(summaries: Summary[], { title, figures }: Bars): Promise<string> {
  const targets = TARGETS.map(({ name }) => name)
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    data: { values: summaries },
    columns: 3,
    config: { font: 'sans-serif', background: 'white', view: { stroke: 'transparent' } },
    resolve: { scale: { x: 'independent' } },
    facet: { field: 'workload', type: 'nominal', sort: ALL_WORKLOADS, title: null },
    transform: [{ fold: figures, as: ['part', 'value'] }],
    spec: {
      width: 200,
      height: { step: 16 },
      mark: 'bar',
      encoding: {
        x: { field: 'value', type: 'quantitative', title: null },
        y: { field: 'target', type: 'nominal', sort: targets, title: null },
        color: { field: 'target', type: 'nominal', sort: targets, legend: null },
        opacity: {
          field: 'part',
          type: 'nominal',
          sort: figures,
          scale: { domain: figures, range: figures.map((_, index) => 1 - 0.6 * index) },
          legend: null,
        },
        order: { field: 'part', sort: 'descending' },
      },
    },
  }
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
