import { freePort } from '@todo/testing'
import { CORES } from '@todo/load'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { makeCgroup } from './cgroup.ts'
import { type Gate, gate } from './gates.ts'
import { answers } from './processes.ts'
import { median } from './statistics.ts'

type StartOptions = {
  bundle: string
  env: Record<string, string>
  times: number
  onStep: (text: string) => void
  opened: AsyncDisposableStack
}

/** Seconds from the start of the production bundle to its first ready answer, with its database up. */
export async function startTimes({ bundle, env, times, onStep, opened }: StartOptions): Promise<Gate[]> {
  const pinned = CORES === undefined ? '' : `taskset -c ${CORES.server} `
  const onCore = await timed('on one core', `exec ${pinned}"$0" "$1"`)
  const group = makeCgroup('todo-bench-start', { memoryMiB: 128, cpus: 0.2 })
  const inLimits = group && (await timed('on 0.2 of a core', `${group.enter} && exec "$0" "$1"`))
  group?.remove()
  return [
    gate('seconds to the first ready answer, on one core', onCore, { most: 0.8 }),
    gate('seconds to the first ready answer, on 0.2 of a core', inLimits, { most: 5 }),
  ]

  async function timed(where: string, command: string): Promise<number> {
    const seconds: number[] = []
    for (let time = 0; time < times; time += 1) {
      onStep(`first ready answer, ${where}`)
      const port = await freePort()
      const started = performance.now()
      const child = spawn('sh', ['-c', command, process.execPath, bundle], {
        env: { ...env, PORT: String(port), NODE_ENV: 'production' },
        stdio: 'ignore',
      })
      opened.defer(() => void child.kill('SIGKILL'))
      await answers(`http://127.0.0.1:${port}/health/ready`, child)
      seconds.push((performance.now() - started) / 1000)
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    return median(seconds)
  }
}
