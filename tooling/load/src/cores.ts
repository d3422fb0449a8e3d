import { execFile, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The load generator has a core of its own. With more than two cores Postgres has the rest; with two it shares the
 * server's, as it is part of what a request costs. Without two cores, or without Linux's taskset, nothing is pinned.
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

/** Binds a process and what it starts to cores. */
export async function pin(pid: number, cores: string | undefined): Promise<void> {
  if (cores !== undefined) await run('taskset', ['-acp', cores, String(pid)])
}
