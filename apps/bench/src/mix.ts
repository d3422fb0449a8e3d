import { join } from 'node:path'
import { doorNamed } from './doors.ts'
import type { Scale } from './fixture.ts'
import type { Job, Outcome } from './generator.ts'
import { CORES, startWorker } from './processes.ts'

type Target = { port: number; scale: Scale; jwtSecret: string; connections: number }

/** The mix of the bench against one server, from a process of its own. */
export async function startMix(target: Target): Promise<{
  run: (seconds: number) => Promise<Outcome>
  stop: () => void
}> {
  const generator = await startWorker<Job, Outcome>(
    join(import.meta.dirname, 'generator.ts'),
    CORES?.generator,
  )
  const job = {
    door: doorNamed('ours-rest'),
    workload: 'mix',
    number: 0,
    rounds: 1,
    cursor: undefined,
  } as const
  return { run: (seconds) => generator.run({ ...target, ...job, seconds }), stop: generator.stop }
}
