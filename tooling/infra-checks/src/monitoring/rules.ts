import { documentsOf, filesBelow, textOf } from '../files.ts'

const FOLDER = 'infra/monitoring/prometheus'

export type RecordingRule = { record: string; expr: string }

export type AlertRule = {
  alert: string
  expr: string
  for?: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

export type RuleGroup = { name: string; rules: (RecordingRule | AlertRule)[] }

/** Recording rules come first: alerts use what they record. */
export const ruleGroups = (): RuleGroup[] =>
  ['recording.yml', 'alerts.yml'].flatMap((file) => {
    const [document] = documentsOf(textOf(`${FOLDER}/rules/${file}`))
    return (document as { groups: RuleGroup[] }).groups
  })

export const alertsOf = (groups: readonly RuleGroup[]): AlertRule[] =>
  groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule))

export type RuleTests = {
  tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[]
}

export const ruleTestFiles = (): string[] => filesBelow(`${FOLDER}/tests`, /\.test\.yml$/)

export const ruleTests = (): RuleTests[] =>
  ruleTestFiles().map((path) => documentsOf(textOf(path))[0] as RuleTests)

/** Alerts without a test in which they fire, or without one in which they do not. */
export function untested(alerts: readonly AlertRule[], files: readonly RuleTests[]): string[] {
  const cases = files.flatMap(({ tests }) => tests.flatMap((each) => each.alert_rule_test ?? []))
  return alerts.flatMap(({ alert }) => {
    const own = cases.filter(({ alertname }) => alertname === alert)
    const fires = own.some(({ exp_alerts: expected = [] }) => expected.length > 0)
    const isSilent = own.some(({ exp_alerts: expected = [] }) => expected.length === 0)
    return [
      ...(fires ? [] : [`${alert} fires in no test`]),
      ...(isSilent ? [] : [`${alert} is silent in no test`]),
    ]
  })
}
