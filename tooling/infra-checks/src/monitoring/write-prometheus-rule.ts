import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../files.ts'
import { PROMETHEUS_RULE, prometheusRuleYaml } from './prometheus-rule.ts'
import { ruleGroups } from './rules.ts'

writeFileSync(join(ROOT, PROMETHEUS_RULE), prometheusRuleYaml(ruleGroups()))
