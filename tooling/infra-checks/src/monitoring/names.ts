import { readPromql } from './queries.ts'
import type { RuleGroup } from './rules.ts'

/** Samples by name, with their labels. */
export type Samples = ReadonlyMap<string, ReadonlySet<string>>

/** What others than the service expose. */
const OF_OTHERS: Record<string, string[]> = {
  // Prometheus itself: whether a target answers, and its alerts.
  up: [],
  ALERTS: ['alertname', 'alertstate', 'severity'],
  // A blackbox exporter, which sees the site from outside.
  probe_success: [],
  probe_ssl_earliest_cert_expiry: [],
}

/** What Prometheus adds to each sample of a target. In Compose there is no namespace. */
const OF_TARGETS = ['job', 'instance', 'namespace']

/** What queries may ask for: what the server exposes, what others do, and what rules record. */
export function knownNames(exposed: Samples, groups: readonly RuleGroup[]): Samples {
  const known = new Map<string, Set<string>>()
  for (const [name, labels] of [...exposed, ...Object.entries(OF_OTHERS)]) {
    known.set(name, new Set([...labels, ...OF_TARGETS]))
  }
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    // By Prometheus' convention a recorded name begins with its labels: namespace_job:http_requests:rate5m.
    if ('record' in rule) known.set(rule.record, new Set(rule.record.split(':')[0]?.split('_')))
  }
  return known
}

/** Metrics and labels of an expression, and of the text that shows its result, which do not exist. */
export function unknownNames(
  { expr, shown = '' }: { expr: string; shown?: string },
  known: Samples,
): string[] {
  const { selectors, grouping } = readPromql(expr)
  const labels = new Set(selectors.flatMap(({ metric }) => [...(known.get(metric) ?? [])]))
  const inText = [...shown.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label)
  return [
    ...selectors
      .filter(({ metric }) => !known.has(metric))
      .map(({ metric }) => `there is no metric ${metric}`),
    ...selectors.flatMap(({ metric, labels: own }) =>
      own
        .filter((label) => known.get(metric)?.has(label) === false)
        .map((label) => `${metric} has no label ${label}`),
    ),
    ...[...grouping, ...inText]
      .filter((label) => !labels.has(label))
      .map((label) => `there is no label ${label}`),
  ]
}
