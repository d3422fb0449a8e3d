import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectralCore from '@stoplight/spectral-core'
import spectralRulesets from '@stoplight/spectral-rulesets'
import { expect, test } from 'vitest'
import { document } from './support/contract.ts'

const broken = { ...document, paths: { '/todos': { get: { responses: { nonsense: {} } } } } }

async function redocly(subject: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({
    source: JSON.stringify(subject),
    absoluteRef: 'openapi.json',
    config,
  })
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`)
}

async function spectral(subject: object): Promise<string[]> {
  const linter = new spectralCore.Spectral()
  linter.setRuleset({ extends: [spectralRulesets.oas as never] })
  const problems = await linter.run(JSON.stringify(subject))
  return problems.map(({ code, message, path }) => `${code}: ${message} (${path.join('.')})`)
}

test.each([
  ['Redocly', redocly],
  ['Spectral', spectral],
])('%s accepts the OpenAPI document and rejects a broken one', async (_, lint) => {
  expect(await lint(document)).toEqual([])
  expect((await lint(broken)).length).toBeGreaterThan(0)
})
