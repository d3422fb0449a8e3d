import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Compose } from '../src/compose/findings.ts'
import { ROOT, documentsOf, textOf } from '../src/files.ts'
import { layoutFindings, queriesOf, readDashboards } from '../src/monitoring/dashboards.ts'
import { type Samples, knownNames, unknownNames } from '../src/monitoring/names.ts'
import { PROMETHEUS_RULE, prometheusRule } from '../src/monitoring/prometheus-rule.ts'
import { readLogql, readPromql } from '../src/monitoring/queries.ts'
import { alertsOf, ruleGroups, ruleTestFiles, ruleTests, untested } from '../src/monitoring/rules.ts'
import { RUNBOOK, runbookFindings } from '../src/monitoring/runbook.ts'
import { hasTool, run } from '../src/tools.ts'
import { exposedMetrics } from './support/exposed-metrics.ts'

const CONFIGS = ['infra/monitoring/prometheus/prometheus.yml', 'infra/monitoring/prometheus/production.yml']
const groups = ruleGroups()
const alerts = alertsOf(groups)
const dashboards = readDashboards()

let known: Samples
beforeAll(async () => {
  known = knownNames(await exposedMetrics(), groups)
})

describe('metrics and labels', () => {
  test('of every rule exist on a running server', () => {
    expect(alerts.length).toBeGreaterThan(10)
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      const [name, shown] =
        'alert' in rule ? [rule.alert, Object.values(rule.annotations).join(' ')] : [rule.record, '']
      expect(unknownNames({ expr: rule.expr, shown }, known), name).toEqual([])
    }
  })

  test('of every dashboard exist on a running server', () => {
    for (const [path, dashboard] of dashboards) {
      const queries = queriesOf(dashboard).filter(({ language }) => language === 'prometheus')
      expect(queries.length, path).toBeGreaterThan(5)
      for (const query of queries) expect(unknownNames(query, known), query.where).toEqual([])
    }
  })

  test('that do not exist are found', () => {
    const used =
      'sum by (route, statuscode) (rate(http_requests_total{job="todo-app", path="/"}[5m])) / db_pool_size'
    expect(unknownNames({ expr: used, shown: '{{route}} {{pool}}' }, known)).toEqual([
      'there is no metric db_pool_size',
      'http_requests_total has no label path',
      'there is no label statuscode',
      'there is no label pool',
    ])
    expect(unknownNames({ expr: 'up == 0', shown: '{{ $labels.pod }}' }, known)).toEqual([
      'there is no label pod',
    ])
    expect(unknownNames({ expr: 'namespace_job:http_requests:rate5m{instance="a"}' }, known)).toEqual([
      'namespace_job:http_requests:rate5m has no label instance',
    ])
  })
})

describe('queries', () => {
  test('with invalid syntax are found', () => {
    expect(() => readPromql('sum(rate(up[5m])')).toThrow('invalid PromQL')
    expect(() => readPromql('up{job=todo}')).toThrow('invalid PromQL')
    expect(() => readLogql('{container="app"} | jsn | = 5')).toThrow('invalid LogQL')
  })

  test('of logs use labels that Alloy sets', () => {
    const alloy = textOf('infra/monitoring/alloy/config.alloy')
    const [, ofStage = ''] = /stage\.labels \{\s*values = \{ (.*) \}/.exec(alloy) ?? []
    const labels = [...alloy.matchAll(/target_label\s*=\s*"(\w+)"/g), ...ofStage.matchAll(/(\w+) =/g)].map(
      ([, label]) => label,
    )
    const queries = [...dashboards.values()].flatMap(queriesOf).filter(({ language }) => language === 'loki')
    expect(queries.length).toBeGreaterThan(1)
    for (const { expr, where } of queries) {
      const used = readLogql(expr)
      expect(used.length, where).toBeGreaterThan(0)
      for (const label of used) expect(labels, where).toContain(label)
    }
  })
})

describe('dashboards', () => {
  test('exist for the service, the database and Node, and have a valid layout', () => {
    expect([...dashboards.values()].map(({ uid }) => uid)).toEqual([
      'todo-database',
      'todo-node',
      'todo-service',
    ])
    for (const dashboard of dashboards.values()) {
      expect(dashboard.schemaVersion).toBe(42)
      expect(layoutFindings(dashboard)).toEqual([])
    }
  })

  test('with an invalid layout are found', () => {
    const [dashboard] = dashboards.values()
    const panels = dashboard!.panels.filter(({ type }) => type !== 'row').slice(0, 2)
    const [first, second] = panels as [(typeof panels)[0], (typeof panels)[0]]
    const covering = {
      ...first,
      title: 'Broken',
      gridPos: { ...first.gridPos, w: 30 },
      datasource: { type: 'prometheus', uid: 'a' },
    }
    const broken = { ...dashboard!, panels: [first, second, { ...covering, targets: [] }] }
    expect(layoutFindings(broken)).toEqual([
      expect.stringMatching(/Broken: its id \d+ is a duplicate/),
      expect.stringContaining('Broken: it overlaps another panel'),
      expect.stringContaining('Broken: it is wider than the page'),
      expect.stringContaining('Broken: it has no query'),
      expect.stringContaining('Broken: its data source is not a variable'),
    ])
  })

  test('use provisioned data sources', () => {
    const [{ datasources }] = documentsOf(
      textOf('infra/monitoring/grafana/provisioning/datasources/datasources.yml'),
    ) as [{ datasources: { type: string; url: string }[] }]
    const types = datasources.map(({ type }) => type)
    for (const { templating } of dashboards.values()) {
      for (const { type, query } of templating.list) if (type === 'datasource') expect(types).toContain(query)
    }
    for (const { url } of datasources)
      for (const services of composeServices()) expect(services).toContain(hostOf(url))
  })
})

describe('alerts', () => {
  test('have a severity, a description and a section in the runbook', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels, alert).toEqual({ severity: expect.stringMatching(/^(page|ticket)$/) })
      expect(Object.keys(annotations), alert).toEqual(['summary', 'description', 'runbook_url'])
    }
    expect(runbookFindings(alerts, textOf(RUNBOOK))).toEqual([])
  })

  test('that do not match the runbook are found', () => {
    const [first, second, third] = alerts
    const moved = { ...second!, annotations: { runbook_url: 'https://example.com/other.md#somewhere' } }
    const markdown = `## Where to look\n\n## Gone\n\n## ${second!.alert}\n\n\`\`\`sh\nls\n\`\`\`\n\n## ${third!.alert}\n\nThink.\n`
    expect(runbookFindings([first!, moved, third!], markdown)).toEqual([
      `${first!.alert} has no section`,
      `${second!.alert} does not link to the runbook`,
      `${second!.alert} links to the wrong section`,
      `the section of ${third!.alert} has no command`,
      'Gone is not an alert',
    ])
  })

  test('each have a test in which they fire and one in which they do not', () => {
    expect(untested(alerts, ruleTests())).toEqual([])
    const once = [{ tests: [{ alert_rule_test: [{ alertname: 'ServiceDown', exp_alerts: [{}] }] }] }]
    const two = alerts.filter(({ alert }) => /^(ServiceDown|InstanceDown)$/.test(alert))
    expect(untested(two, once)).toEqual([
      'ServiceDown is silent in no test',
      'InstanceDown fires in no test',
      'InstanceDown is silent in no test',
    ])
  })

  test('are the same in Kubernetes', () => {
    expect(documentsOf(textOf(PROMETHEUS_RULE))).toEqual([prometheusRule(groups)])
  })
})

describe('Prometheus', () => {
  test('scrapes the instances in the Compose files', () => {
    const [development, production] = composeServices()
    const [{ scrape_configs: developed }, { scrape_configs: produced }] = CONFIGS.map(
      (path) => documentsOf(textOf(path))[0],
    ) as [Scrapes, Scrapes]
    expect(development).toEqual(
      expect.arrayContaining(
        developed.flatMap(({ dns_sd_configs: found = [] }) => found.flatMap(({ names }) => names)),
      ),
    )
    const targets = produced.flatMap(({ static_configs: given = [] }) =>
      given.flatMap(({ targets: hosts }) => hosts),
    )
    expect(targets.map((target) => target.split(':')[0])).toEqual(
      production?.filter((name) => /^app-\d$/.test(name)),
    )
  })

  test('receives the probes of Alloy, which gets the domain from Compose', () => {
    const { services } = documentsOf(textOf('infra/compose/production.yml'))[0] as Compose
    const used = [...textOf('infra/monitoring/alloy/config.alloy').matchAll(/sys\.env\("(\w+)"\)/g)].map(
      ([, name]) => name,
    )
    expect(used).toEqual(Object.keys(services['alloy']?.environment ?? {}))
    // Alloy reaches the site through `edge` and Prometheus through `monitoring`.
    expect(services['alloy']?.networks).toEqual(expect.arrayContaining(['edge', 'monitoring']))
    expect(services['prometheus']?.command).toContain('--web.enable-remote-write-receiver')
  })

  test.skipIf(!hasTool('promtool'))('accepts its configuration and the rules (promtool check)', async () => {
    expect(await promtool('check', 'config', ...CONFIGS)).toEqual({
      code: 0,
      output: expect.stringContaining('SUCCESS'),
    })
  })

  test.skipIf(!hasTool('promtool'))('passes the tests of the rules (promtool test rules)', async () => {
    expect(await promtool('test', 'rules', ...ruleTestFiles())).toEqual({
      code: 0,
      output: expect.stringContaining('SUCCESS'),
    })
  })

  test.skipIf(!hasTool('promtool'))(
    'fails the tests of the rules after a change of thresholds (promtool test rules)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'todo-rules-'))
      try {
        await cp(join(ROOT, 'infra/monitoring/prometheus'), folder, { recursive: true })
        const rules = join(folder, 'rules/alerts.yml')
        const text = await readFile(rules, 'utf8')
        await writeFile(rules, text.replace('> 0.9\n', '> 1.9\n').replace('for: 2m', 'for: 20m'))
        const { code, output } = await promtool(
          'test',
          'rules',
          ...['database', 'instances'].map((name) => `${folder}/tests/${name}.test.yml`),
        )
        expect(code).not.toBe(0)
        expect(output).toContain('alertname: PoolSaturated')
        expect(output).toContain('alertname: ServiceDown')
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )
})

type Scrapes = {
  scrape_configs: { dns_sd_configs?: { names: string[] }[]; static_configs?: { targets: string[] }[] }[]
}

async function promtool(...args: string[]) {
  const { code, stdout, stderr } = await run('promtool', args, { cwd: ROOT })
  return { code, output: stdout + stderr }
}

const composeServices = () =>
  ['docker-compose.yml', 'infra/compose/production.yml'].map((path) =>
    Object.keys((documentsOf(textOf(path))[0] as Compose).services),
  )

const hostOf = (url: string) => new URL(url).hostname

test('links in the runbook lead to existing files', () => {
  const links = [...textOf(RUNBOOK).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(2)
  for (const link of links) expect(existsSync(join(ROOT, 'infra/monitoring', link)), link).toBe(true)
})
