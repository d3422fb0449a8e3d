import { View, parse } from 'vega'
import { type TopLevelSpec, compile } from 'vega-lite'
import type { Plan } from './measure.ts'
import { type Summaries, keyOf } from './statistics.ts'

/** Charts as SVG by file name. */
export async function charts(
  summaries: Summaries,
  { workloads, targets }: Plan,
): Promise<Map<string, string>> {
  const points = workloads.flatMap((workload) =>
    targets.flatMap(({ name }) => {
      const summary = summaries.get(keyOf(name, workload))
      return summary ? [{ workload, target: name, ...summary }] : []
    }),
  )
  const order = targets.map(({ name }) => name)
  const base = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: points },
    columns: 3,
    config: { font: 'sans-serif', background: 'white', view: { stroke: 'transparent' } },
    resolve: { scale: { x: 'independent' } },
  } as const
  const facet = { field: 'workload', type: 'nominal', sort: workloads, title: null } as const
  const y = { field: 'target', type: 'nominal', sort: order, title: null } as const
  const color = { field: 'target', type: 'nominal', sort: order, legend: null } as const
  const throughput: TopLevelSpec = {
    ...base,
    title: 'Requests per second (more is better)',
    facet,
    spec: {
      width: 200,
      height: { step: 16 },
      mark: 'bar',
      encoding: { y, color, x: { field: 'requestsPerSecond', type: 'quantitative', title: null } },
    },
  }
  const cpu: TopLevelSpec = {
    ...base,
    title: 'Microseconds of CPU per request, of the server (dark) and of Postgres (less is better)',
    facet,
    transform: [{ fold: ['serverCpu', 'postgresCpu'], as: ['part', 'microseconds'] }],
    spec: {
      width: 200,
      height: { step: 16 },
      mark: 'bar',
      encoding: {
        y,
        color,
        opacity: {
          field: 'part',
          type: 'nominal',
          sort: ['serverCpu'],
          scale: { domain: ['serverCpu', 'postgresCpu'], range: [1, 0.4] },
          legend: null,
        },
        order: { field: 'part', sort: 'descending' },
        x: { field: 'microseconds', type: 'quantitative', title: null },
      },
    },
  }
  return new Map([
    ['throughput.svg', await svgOf(throughput)],
    ['cpu.svg', await svgOf(cpu)],
  ])
}

const svgOf = (spec: TopLevelSpec) => new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
