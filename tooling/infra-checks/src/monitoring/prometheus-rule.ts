import { stringify } from 'yaml'
import type { RuleGroup } from './rules.ts'

export const PROMETHEUS_RULE = 'infra/k8s/components/monitoring/prometheus-rule.yaml'

/** The rules as a resource of the Prometheus operator. */
export const prometheusRule = (groups: readonly RuleGroup[]) => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'todo-app' },
  spec: { groups },
})

export function prometheusRuleYaml(groups: readonly RuleGroup[]): string {
  const yaml = stringify(prometheusRule(groups), { lineWidth: 0, singleQuote: true })
  return `# Generated from infra/monitoring/prometheus/rules by \`pnpm --filter @todo/infra-checks rules\`.\n${yaml}`
}
