import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CORES, pin } from './cores.ts'
import type { Job, Outcome } from './generator.ts'

export type Generator = {
  /** @throws the generator's error, also if its process exits */
  run: (job: Job) => Promise<Outcome>
  stop: () => void
}

/** Starts the load generator as a process of its own, on a core of its own. */
export async function startGenerator(file = join(import.meta.dirname, 'generator.ts')): Promise<Generator> {
  const child = fork(file)
  const exited = once(child, 'exit').then(([code]) => ({ error: `${file} exited with code ${code}` }))
  await pin(child.pid, CORES?.generator)
  return {
    async run(job) {
      const replied = once(child, 'message').then(
        ([reply]) => reply as { outcome: Outcome } | { error: string },
      )
      child.send(job)
      const reply = await Promise.race([replied, exited])
      if ('error' in reply) throw new Error(reply.error)
      return reply.outcome
    },
    stop() {
      if (child.connected) child.disconnect()
    },
  }
}
