import { globSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const FILE = '.test-results.json'
const PATTERNS = ['{apps,infra,packages,tooling}/*', 'prisma'].map((folder) => `${folder}/${FILE}`)

/** Vitest's arguments that write the results which `readResults` reads; turbo.json lists the file, so a cached run has it. */
export const REPORTERS = ['--reporter=default', '--reporter=json', `--outputFile.json=${FILE}`]

export type Results = { passed: number; failed: number; skipped: number; failures: Failure[] }
type Failure = { name: string; file: string; test: string; error: string }

/** The parts that we read of what Vitest's JSON reporter writes. */
type Report = {
  numPassedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: 'passed' | 'failed'
    message: string
    assertionResults: { status: string; ancestorTitles: string[]; title: string; failureMessages: string[] }[]
  }[]
}

/** Removes the results of earlier runs, so that a package whose tests do not start cannot pass with old ones. */
export function removeResults(): void {
  for (const path of resultFiles()) rmSync(path)
}

/** Adds up the results of all packages. A file that could not be run counts as one failed test. */
export function readResults(): Results {
  const results: Results = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const path of resultFiles()) {
    const folder = dirname(path)
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report
    results.passed += report.numPassedTests
    results.skipped += report.numPendingTests + report.numTodoTests
    for (const file of report.testResults) {
      const at = { name, file: relative(folder, file.name) }
      for (const failure of failuresOf(file)) results.failures.push({ ...at, ...failure })
    }
  }
  results.failed = results.failures.length
  return results
}

function failuresOf({ status, message, assertionResults }: Report['testResults'][number]) {
  const failures = assertionResults
    .filter((test) => test.status === 'failed')
    .map(({ ancestorTitles, title, failureMessages }) => ({
      test: [...ancestorTitles, title].filter(Boolean).join(' > '),
      error: firstLine(failureMessages[0]),
    }))
  if (failures.length > 0 || status === 'passed') return failures
  return [{ test: 'the whole file', error: firstLine(message) }]
}

const firstLine = (text = '') => text.split('\n', 1)[0] ?? ''

function resultFiles(): string[] {
  return globSync(PATTERNS, { cwd: ROOT })
    .sort()
    .map((file) => join(ROOT, file))
}
