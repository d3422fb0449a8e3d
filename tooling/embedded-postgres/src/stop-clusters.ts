import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pidOf, signal } from './postmaster-pid.ts'

/**
 * Stops each Postgres server whose cluster is in `folder`, at once and whoever started it. Tests that are killed cannot
 * stop their own, and Postgres does not end with the process that started it.
 */
export async function stopClusters(folder: string): Promise<void> {
  const files = globSync(join(folder, '**/postmaster.pid'))
  await Promise.all(files.map((file) => stopServer(dirname(file))))
}

async function stopServer(dataDir: string): Promise<void> {
  const pid = await pidOf(dataDir)
  if (pid === undefined || !signal(pid, 'SIGQUIT')) return
  // A test may have suspended it.
  signal(pid, 'SIGCONT')
  while (signal(pid, 0)) await sleep(20)
}
