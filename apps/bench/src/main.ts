// pnpm bench [--quick] [--targets floor,ours-rest] [--workloads get,list] [--rounds 5] [--out folder]
import { bench } from './bench.ts'
import { parseOptions } from './options.ts'

const options = parseOptions()
const opened = new AsyncDisposableStack()
let closing: Promise<void> | undefined
const close = () => (closing ??= opened.disposeAsync())

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void close().then(() => process.exit(1)))
}
const limitMinutes = options.isQuick ? 10 : 60
setTimeout(() => {
  console.error(`Stopped: the run took longer than ${limitMinutes} minutes.`)
  void close().then(() => process.exit(1))
}, limitMinutes * 60_000).unref()

try {
  const isPassed = await bench(options, opened)
  process.exitCode = isPassed ? 0 : 1
} catch (error) {
  // After a signal, requests fail because their server is gone.
  if (closing === undefined) console.error(error)
  process.exitCode = 1
} finally {
  await close()
}
