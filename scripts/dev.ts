// The program of `pnpm dev`: restarts the server when a source changes, and regenerates code when SQL or the schema does.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { generate, runTurbo } from './turbo.ts'

await generate()
const stop = new AbortController()
const generating = runTurbo(['watch', 'generate', '--output-logs=errors-only'], {
  signal: stop.signal,
  onLine(line) {
    const isOfTask = /^\S+:\S+: /.test(line)
    if (isOfTask) console.error(line)
  },
})
const main = join(import.meta.dirname, '../apps/server/src/main.ts')
const server = spawn(process.execPath, ['--watch', main], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
const [code] = (await once(server, 'exit')) as [number | null]
stop.abort()
await generating
process.exitCode = code ?? 1
