import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pidOf, signal } from './postmaster-pid.ts'
import { startEmbeddedPostgres } from './start.ts'
import { stopClusters } from './stop-clusters.ts'

test('stops each server of a folder, even one that is suspended or has crashed, and no other', async () => {
  await using opened = new AsyncDisposableStack()
  const start = async (names: string[]) => {
    const parent = await mkdtemp(join(tmpdir(), 'todo-embedded-'))
    opened.defer(() => rm(parent, { recursive: true }))
    await chmod(parent, 0o755)
    const servers = names.map((name) =>
      startEmbeddedPostgres({ dataDir: join(parent, name), durable: false }),
    )
    const dirs = (await Promise.all(servers)).map(({ dataDir }) => dataDir)
    return { parent, dirs, pids: () => Promise.all(dirs.map(pidOf)) }
  }
  const [ours, others] = [await start(['one', 'two', 'three']), await start(['one'])]
  opened.defer(() => stopClusters(others.parent))

  const [suspended, crashed] = await ours.pids()
  process.kill(suspended!, 'SIGSTOP')
  process.kill(crashed!, 'SIGKILL')
  await stopClusters(ours.parent)
  expect(signal(suspended!, 0)).toBe(false)
  expect(await ours.pids()).toEqual([undefined, undefined, undefined])
  expect(await others.pids()).toEqual([expect.any(Number)])
})
