import { parser as logqlParser } from '@grafana/lezer-logql'
import { parser as promqlParser } from '@prometheus-io/lezer-promql'

export type Query = {
  selectors: { metric: string; labels: string[] }[]
  /** Labels for grouping and matching. */
  grouping: string[]
}

/** The metrics and labels in a PromQL expression. @throws Error if it is invalid */
export function readPromql(expr: string): Query {
  const query: Query = { selectors: [], grouping: [] }
  const textOf = (node: { from: number; to: number } | null) => (node ? expr.slice(node.from, node.to) : '')
  promqlParser.parse(expr).iterate({
    enter({ name, type, from, node }) {
      if (type.isError) throw new Error(`invalid PromQL at character ${from}: ${expr}`)
      if (name === 'GroupingLabels') query.grouping.push(...node.getChildren('LabelName').map(textOf))
      if (name !== 'VectorSelector') return
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
      const labels = matchers.map((matcher) => textOf(matcher.getChild('LabelName')))
      query.selectors.push({ metric: textOf(node.getChild('Identifier')), labels })
    },
  })
  return query
}

/** The labels in the stream selectors of a LogQL expression. @throws Error if it is invalid */
export function readLogql(expr: string): string[] {
  const labels: string[] = []
  logqlParser.parse(expr).iterate({
    enter({ name, type, from, node }) {
      if (type.isError) throw new Error(`invalid LogQL at character ${from}: ${expr}`)
      const label = name === 'Matcher' ? node.getChild('Identifier') : null
      if (label) labels.push(expr.slice(label.from, label.to))
    },
  })
  return labels
}
