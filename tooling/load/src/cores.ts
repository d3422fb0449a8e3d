import { execFile, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The load generator has a core of its own. Postgres has the others if there are more than two; else it shares the
 * server's, because it is part of the cost of a request. undefined (nothing is pinned) with one core or without taskset.
 */
export const CORES =
  process.platform === 'linux' && availableParallelism() > 1 && hasTaskset()
    ? {
        generator: '0',
        server: '1',
        postgres: availableParallelism() > 2 ? `2-${availableParallelism() - 1}` : '1',
      }
    : undefined

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0
}

/** Binds all threads of a process, and the children it starts later, to cores. */
export async function pin(pid: number | undefined, cores: string | undefined): Promise<void> {
  if (pid !== undefined && cores !== undefined) await run('taskset', ['-acp', cores, String(pid)])
}
