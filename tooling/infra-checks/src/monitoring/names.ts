import { readPromql } from './queries.ts'
import type { RuleGroup } from './rules.ts'

/** Samples by name, with their labels. */
export type Samples = ReadonlyMap<string, ReadonlySet<string>>

/** Metrics that other programs expose. */
const EXTERNAL_METRICS: Record<string, string[]> = {
  // Prometheus itself.
  up: [],
  ALERTS: ['alertname', 'alertstate', 'severity'],
  // A blackbox exporter that probes the public site.
  probe_success: [],
  probe_ssl_earliest_cert_expiry: [],
}

/** Labels that Prometheus adds to each sample. Compose has no namespace. */
const TARGET_LABELS = ['job', 'instance', 'namespace']

/** Metrics that queries may use: exposed by the server or other programs, or recorded by rules. */
export function knownNames(exposed: Samples, groups: readonly RuleGroup[]): Samples {
  const known = new Map<string, Set<string>>()
  for (const [name, labels] of [...exposed, ...Object.entries(EXTERNAL_METRICS)]) {
    known.set(name, new Set([...labels, ...TARGET_LABELS]))
  }
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    // By convention, the name of a recorded series starts with its labels: namespace_job:http_requests:rate5m.
    if ('record' in rule) known.set(rule.record, new Set(rule.record.split(':')[0]?.split('_')))
  }
  return known
}

/** Unknown metrics and labels in an expression and in the text that shows its result. */
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
