import { readFile, readlink, realpath, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run } from './run.ts'

// No system uses process ids this high.
const NO_PROCESS = 2 ** 31 - 1

const read = (dataDir: string) => readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')

/** The port in postmaster.pid; undefined if the server is not running or has not opened its port yet. */
export async function portOf(dataDir: string): Promise<number | undefined> {
  return Number((await read(dataDir)).split('\n')[3]) || undefined
}

/** The server's process id; undefined if it is not running. */
export async function pidOf(dataDir: string): Promise<number | undefined> {
  const pid = Number((await read(dataDir)).split('\n')[0])
  return pid > 0 && signal(pid, 0) && !(await isForeign(pid, dataDir)) ? pid : undefined
}

/** Sends a signal; 0 sends none. Returns false if there is no such process. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/**
 * After a crash, the process id in postmaster.pid may belong to another program, and Postgres would refuse to start. This
 * replaces it by an unused id. The file must stay: Postgres reads in it which shared memory to check.
 */
export async function replaceForeignPid(dataDir: string): Promise<void> {
  const content = await read(dataDir)
  const pid = Number(content.split('\n')[0])
  if (!(pid > 0) || !(await isForeign(pid, dataDir))) return
  if ((await read(dataDir)) !== content) return
  await writeFile(join(dataDir, 'postmaster.pid'), content.replace(/^\d+/, String(NO_PROCESS)))
}

/** True if `pid` is certainly not the server of `dataDir`. */
async function isForeign(pid: number, dataDir: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() =>
    run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ''),
  )
  if (command.trim() === '') return false
  if (!basename(command.trim()).startsWith('postgres')) return true
  // It may be another Postgres: each server's working directory is its data directory.
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  return cwd !== undefined && cwd !== (await realpath(dataDir))
}
