import type { AlertRule } from './rules.ts'

export const RUNBOOK = 'infra/monitoring/runbook.md'

/** Mismatches between alerts and the runbook. A section with a one-word title belongs to an alert. */
export function runbookFindings(alerts: readonly AlertRule[], markdown: string): string[] {
  const sections = new Map(
    markdown.split(/^## /m).flatMap((text): [string, string][] => {
      const name = /^\w+(?=\n)/.exec(text)?.[0]
      return name === undefined ? [] : [[name, text]]
    }),
  )
  const findings = alerts.flatMap(({ alert, annotations }) => {
    const [page, anchor] = (annotations['runbook_url'] ?? '').split('#')
    const section = sections.get(alert)
    return [
      ...(page?.endsWith(`/${RUNBOOK}`) ? [] : [`${alert} does not link to the runbook`]),
      ...(anchor === alert.toLowerCase() ? [] : [`${alert} links to the wrong section`]),
      ...(section === undefined ? [`${alert} has no section`] : []),
      ...(section?.includes('```sh\n') === false ? [`the section of ${alert} has no command`] : []),
    ]
  })
  const names = new Set(alerts.map(({ alert }) => alert))
  const others = [...sections.keys()].filter((name) => !names.has(name))
  return [...findings, ...others.map((name) => `${name} is not an alert`)]
}
