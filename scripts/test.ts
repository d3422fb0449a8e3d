// What `npm test` runs: every check of a pull request, on one Postgres, and a last line that counts the tests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { startTestServer } from '@todo/testing'

const [only] = process.argv.slice(2)
// Other servers need only the tests that they make a difference to, and uncached: the cache does not know which server it was.
const SAME_ON_ALL = [
  'fastify-trpc',
  '@todo/client',
  '@todo/bench',
  '@todo/infra-checks',
  '@todo/key-rotation',
]
const tasks =
  only === '--only-tests'
    ? ['test', '--force', ...SAME_ON_ALL.map((name) => `--filter=!${name}`)]
    : ['format:check', 'lint', 'types', 'build', 'test']

const server = await startTestServer()
const counts = { passed: 0, failed: 0, skipped: 0 }
try {
  const turbo = spawn(
    join(import.meta.dirname, '../node_modules/.bin/turbo'),
    ['run', ...tasks, '--output-logs=full', '--concurrency=2', '--continue'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      env: {
        ...process.env,
        TEST_DATABASE_URL: server.url,
        TURBO_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
      },
    },
  )
  // Turbo's launcher passes no signal on: its whole group gets it, from here alone, as it is detached.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signalGroup(turbo.pid, signal))
  const exited = once(turbo, 'exit')
  for await (const line of createInterface({ input: turbo.stdout })) {
    console.log(line)
    count(stripVTControlCharacters(line))
  }
  const [code] = (await exited) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await server.stop()
}

if (counts.passed === 0) process.exitCode = 1
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)

/** Adds up Vitest's closing lines: "Tests  1 failed | 12 passed | 2 skipped (15)". Cached tasks print theirs again. */
function count(line: string): void {
  const summary = /\bTests\s+(.*)\(\d+\)\s*$/.exec(line)?.[1]
  if (summary === undefined) return
  for (const [, number, outcome] of summary.matchAll(/(\d+) (passed|failed|skipped)/g)) {
    counts[outcome as keyof typeof counts] += Number(number)
  }
}

function signalGroup(leader: number | undefined, signal: string): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal)
  } catch {
    // It has ended already.
  }
}
