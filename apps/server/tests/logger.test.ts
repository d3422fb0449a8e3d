import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const LOGGER = pathToFileURL(join(import.meta.dirname, '../src/logger.ts'))

/** Starts a process with a logger whose standard output is a pipe. */
function run(code: string): ChildProcessByStdio<null, Readable, null> {
  const program = `import { createLogger } from '${LOGGER}'
    const logger = await createLogger('info')
    ${code}`
  return spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

type Line = { time: string; n: number; expected: string }

const linesOf = (output: string) =>
  output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

test('a single line is flushed without waiting for more', async () => {
  const child = run(`logger.info({ n: 1 }, 'Grüße'); setInterval(() => undefined, 60_000)`)
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGKILL')
  expect(linesOf(chunk.toString())).toMatchObject([{ level: 30, n: 1, msg: 'Grüße' }])
})

test('lines stay complete and in order, including those that are pending when the process exits', async () => {
  const child = run(`for (let n = 0; n < 5_000; n += 1) logger.info({ n }, 'ü'.repeat(50)); process.exit(0)`)
  const lines = linesOf(await text(child.stdout))
  expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 5_000 }, (_, n) => n))
})

test('each line has its own time, as RFC 3339 with milliseconds', async () => {
  const child = run(`
    for (const time of [0, 7, 999, 1_000, 951_782_399_042, 1_796_000_000_100]) {
      Date.now = () => time
      logger.info({ expected: new Date(time).toISOString() })
    }`)
  const lines = linesOf(await text(child.stdout))
  expect(lines).toHaveLength(6)
  for (const { time, expected } of lines) expect(time).toBe(expected)
})
