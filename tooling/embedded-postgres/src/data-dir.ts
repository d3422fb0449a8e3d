import { createHash } from 'node:crypto'
import { appendFile, chown, mkdir, mkdtemp, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Binaries } from './binaries.ts'
import { type RunAs, run } from './run.ts'
import { SHARED_DIR, ensureSharedDir } from './shared-dir.ts'

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/**
 * Returns the directory of the cluster for `wanted`. If `runAs` cannot enter `wanted`, the cluster is kept under /var/lib,
 * and `wanted` becomes a symbolic link to it.
 */
export async function resolveDataDir(wanted: string, runAs: RunAs): Promise<string> {
  const path = resolve(wanted)
  await mkdir(dirname(path), { recursive: true })
  const link = await readlink(path).catch(() => undefined)
  if (link !== undefined) return resolve(dirname(path), link)
  const reachable = await run('/bin/sh', ['-c', 'test -x "$1"', 'sh', dirname(path)], runAs).then(
    () => true,
    () => runAs.uid === undefined,
  )
  if (reachable) return path
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16)
  const elsewhere = join(SHARED_DIR, hash)
  await symlink(elsewhere, path).catch(async (error: unknown) => {
    // Another process may have created the same link. A folder was there before its parent became private.
    if ((await readlink(path).catch(() => undefined)) !== elsewhere)
      throw new Error(`The user that runs Postgres cannot enter ${path}.`, { cause: error })
  })
  return elsewhere
}

/** Creates the cluster if it does not exist. It is renamed into place, so an interruption leaves no partial cluster. */
export async function ensureCluster(
  dataDir: string,
  { binaries, runAs, durable }: { binaries: Binaries; runAs: RunAs; durable: boolean },
): Promise<void> {
  if (await exists(join(dataDir, 'PG_VERSION'))) return
  if (dirname(dataDir) === SHARED_DIR) await ensureSharedDir()
  const staging = await mkdtemp(`${dataDir}.init-`)
  const { uid, gid } = runAs
  if (uid !== undefined && gid !== undefined) await chown(staging, uid, gid)
  // Sorts by code point, but knows the case of letters in all scripts, which the text search needs.
  const locale = ['--locale=C', ...(process.platform === 'linux' ? ['--lc-ctype=C.UTF-8'] : [])]
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', ...locale, '--no-instructions']
  await run(binaries.initdb, ['-D', staging, ...options, ...(durable ? [] : ['--no-sync'])], runAs)
  await appendFile(join(staging, 'postgresql.conf'), "include_if_exists 'embedded.conf'\n")
  try {
    await rename(staging, dataDir)
  } catch (error) {
    // Another process created the cluster first: use that.
    await rm(staging, { recursive: true, force: true })
    if (!(await exists(join(dataDir, 'PG_VERSION')))) throw error
  }
}
