import { filesBelow, textOf } from '../files.ts'

type Target = { refId: string; expr: string; legendFormat?: string }

export type Panel = {
  id: number
  title: string
  type: string
  gridPos: { x: number; y: number; w: number; h: number }
  datasource?: { type: string; uid: string }
  targets?: Target[]
}

export type Dashboard = {
  uid: string
  title: string
  schemaVersion: number
  annotations: { list: { name: string; expr: string; titleFormat: string }[] }
  templating: { list: { name: string; type: string; query: string }[] }
  panels: Panel[]
}

export const readDashboards = (): Map<string, Dashboard> =>
  new Map(
    filesBelow('infra/monitoring/grafana/dashboards', /\.json$/).map((path) => [
      path,
      JSON.parse(textOf(path)) as Dashboard,
    ]),
  )

export type DashboardQuery = { where: string; language: 'prometheus' | 'loki'; expr: string; shown: string }

/** Every query of a dashboard as Grafana sends it, including those of variables and annotations. */
export function queriesOf({ title, panels, templating, annotations }: Dashboard): DashboardQuery[] {
  const ofPanels = panels.flatMap(({ title: panel, datasource, targets = [] }) =>
    targets.map(({ expr, legendFormat = '' }) => ({
      where: `${title}, ${panel}`,
      language: datasource?.type === 'loki' ? ('loki' as const) : ('prometheus' as const),
      expr: withVariables(expr),
      shown: legendFormat,
    })),
  )
  const ofVariables = templating.list.flatMap(({ name, query }) => {
    const [, selector, label] = /^label_values\((.*), *(\w+)\)$/.exec(query) ?? []
    if (selector === undefined) return []
    const expr = `count by (${label}) (${selector})`
    return [{ where: `${title}, $${name}`, language: 'prometheus' as const, expr, shown: '' }]
  })
  const ofAnnotations = annotations.list.map(({ name, expr, titleFormat }) => ({
    where: `${title}, ${name}`,
    language: 'prometheus' as const,
    expr,
    shown: titleFormat,
  }))
  return [...ofPanels, ...ofVariables, ...ofAnnotations]
}

const withVariables = (expr: string) => expr.replaceAll(/\$__(rate_interval|interval|range)\b/g, '5m')

/** Panels that Grafana cannot show as intended. */
export function layoutFindings({ title, panels, templating }: Dashboard): string[] {
  const findings: string[] = []
  const variables = new Set(templating.list.map(({ name }) => `\${${name}}`))
  for (const [index, panel] of panels.entries()) {
    const { id, type, gridPos, datasource, targets = [] } = panel
    const say = (finding: string) => findings.push(`${title}, ${panel.title}: ${finding}`)
    const previous = panels.slice(0, index)
    if (previous.some((other) => other.id === id)) say(`its id ${id} is a duplicate`)
    if (previous.some((other) => overlap(other, panel))) say('it overlaps another panel')
    if (gridPos.x + gridPos.w > 24) say('it is wider than the page')
    if (type === 'row') continue
    if (targets.length === 0) say('it has no query')
    if (!variables.has(datasource?.uid ?? '')) say('its data source is not a variable')
    if (new Set(targets.map(({ refId }) => refId)).size < targets.length)
      say('two queries have the same refId')
  }
  return findings
}

function overlap({ gridPos: one }: Panel, { gridPos: other }: Panel): boolean {
  const isBeside = one.x + one.w <= other.x || other.x + other.w <= one.x
  const isAbove = one.y + one.h <= other.y || other.y + other.h <= one.y
  return !isBeside && !isAbove
}
