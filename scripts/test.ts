// What `npm test` runs: every check of a pull request. The tests share one Postgres server.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { stopClusters } from '@todo/embedded-postgres'
import { startTestServer } from '@todo/testing'
import { REPORTERS, readResults, removeResults } from './test-results.ts'
import { runTurbo } from './turbo.ts'

const CHECKS = ['format:check', 'lint', 'types', 'knip', 'build', 'size']
const OPTIONS = ['--output-logs=full', '--concurrency=2', '--continue']

// `--only-tests` is for another Postgres server: packages that do not use one are left out, and so is the cache, whose
// keys do not include the server.
const WITHOUT_DATABASE = [
  'fastify-trpc',
  '@todo/client',
  '@todo/bench',
  '@todo/infra-checks',
  '@todo/key-rotation',
]
const onlyTests = process.argv[2] === '--only-tests'
const testOptions = onlyTests ? ['--force', ...WITHOUT_DATABASE.map((name) => `--filter=!${name}`)] : []

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interruption.abort())

// Everything temporary goes into one folder, so that nothing is left behind when the run is interrupted.
const folder = await mkdtemp(join(tmpdir(), 'todo-test-'))
await chmod(folder, 0o755)
process.env['TMPDIR'] = folder

const failedTasks: string[] = []
const server = await startTestServer()
try {
  removeResults()
  if (!onlyTests) await run('Checking format, lint and types, building', CHECKS)
  if (!interruption.signal.aborted) await run('Testing', ['test', ...testOptions, '--', ...REPORTERS])
} finally {
  await server.stop()
  await stopClusters(folder)
  await rm(folder, { recursive: true, force: true })
}

const { passed, failed, skipped, failures } = readResults()
if (interruption.signal.aborted || failedTasks.length > 0 || passed === 0) process.exitCode = 1
console.log('')
if (failedTasks.length > 0) console.log(`Failed: ${failedTasks.join(', ')}`)
for (const { name, file, test, error } of failures) console.log(`✗ ${name} ${file} > ${test}\n    ${error}`)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)

/** Runs turbo tasks. Shows one line per tested package, then the whole output of each task that failed. */
async function run(title: string, tasks: string[]): Promise<void> {
  console.log(`${title} …`)
  const outputs = new Map<string, string[]>()
  let failed: string[] = []
  const code = await runTurbo(['run', ...OPTIONS, ...tasks], {
    env: { TEST_DATABASE_URL: server.url },
    onLine(line) {
      const plain = stripVTControlCharacters(line)
      failed = /^Failed:\s+(.*)$/.exec(plain)?.[1]?.split(', ') ?? failed
      const [, name = '', task = '', text = ''] = /^(\S+?):(\S+): ?(.*)$/.exec(plain) ?? []
      const output = outputs.get(`${name}#${task}`) ?? []
      outputs.set(`${name}#${task}`, output)
      output.push(text)
      const tests = /^\s+Tests\s+(.*)$/.exec(text)?.[1]
      if (tests !== undefined) console.log(`  ${name}: ${tests}`)
    },
  })
  if (code !== 0 && failed.length === 0) failed = ['turbo']
  for (const task of failed) console.log(`\n─── ${task} ───\n${outputs.get(task)?.join('\n') ?? ''}`)
  failedTasks.push(...failed)
}
