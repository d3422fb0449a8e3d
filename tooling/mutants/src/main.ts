// `pnpm test:mutants [part of a claim]`: switches off one mechanism after the other and expects its test to fail. It edits
// the files in place, and restores them at the end or when interrupted.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { startTestServer } from '@todo/testing'
import { MUTANTS, type Mutant } from './list.ts'

const ROOT = join(import.meta.dirname, '../../..')
const [wanted = ''] = process.argv.slice(2)
const mutants = MUTANTS.filter(({ claim }) => claim.includes(wanted))

const originals = new Map(mutants.map(({ file }) => [file, readFileSync(join(ROOT, file), 'utf8')]))
const restore = () => originals.forEach((text, file) => writeFileSync(join(ROOT, file), text))
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    restore()
    process.exit(1)
  })
}

type Run = 'passed' | 'failed' | 'skipped'
type Outcome =
  | 'detected'
  | 'NOT DETECTED'
  | 'skipped'
  | 'the test fails without the mutant'
  | 'the mutant does not apply'

const server = await startTestServer()
const counts = { passed: 0, failed: 0, skipped: 0 }
try {
  const healthy = new Map<string, Run>()
  for (const mutant of mutants) {
    const key = JSON.stringify(mutant.test)
    // A test that fails anyway detects nothing.
    const before = healthy.get(key) ?? (await run(mutant))
    healthy.set(key, before)
    const outcome = await outcomeOf(mutant, before)
    counts[outcome === 'detected' ? 'passed' : outcome === 'skipped' ? 'skipped' : 'failed'] += 1
    console.log(`${outcome}: ${mutant.claim}`)
  }
} finally {
  restore()
  await server.stop()
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0

async function outcomeOf(mutant: Mutant, before: Run): Promise<Outcome> {
  if (before === 'skipped') return 'skipped'
  if (before === 'failed') return 'the test fails without the mutant'
  const { file, from, to } = mutant
  const text = originals.get(file) ?? ''
  if (text.split(from).length !== 2) return 'the mutant does not apply'
  writeFileSync(
    join(ROOT, file),
    text.replace(from, () => to),
  )
  try {
    return (await run(mutant)) === 'failed' ? 'detected' : 'NOT DETECTED'
  } finally {
    writeFileSync(join(ROOT, file), text)
  }
}

async function run({ test: { dir, file, name } }: Mutant): Promise<Run> {
  const args = ['run', file, ...(name === undefined ? [] : ['-t', name]), '--no-color']
  const child = spawn(join(ROOT, dir, 'node_modules/.bin/vitest'), args, {
    cwd: join(ROOT, dir),
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TEST_DATABASE_URL: server.url },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const ran = /\bTests\s.*\b[1-9]\d* (passed|failed)/.test(stripVTControlCharacters(output))
  if (code !== 0) return 'failed'
  return ran ? 'passed' : 'skipped'
}
