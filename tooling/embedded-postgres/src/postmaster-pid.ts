import { readFile, readlink, realpath, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run } from './run.ts'

// No system gives out a process id as high as this.
const NO_PROCESS = 2 ** 31 - 1

const read = (dataDir: string) => readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')

/** The port in postmaster.pid; undefined when the server does not run or has not opened it yet. */
export async function portOf(dataDir: string): Promise<number | undefined> {
  return Number((await read(dataDir)).split('\n')[3]) || undefined
}

/**
 * After a crash another program may have got the process id in postmaster.pid, and Postgres would not start for it.
 * The file stays, with an id that nobody has: Postgres reads in it which shared memory to check before it goes on.
 */
export async function disownForeignPid(dataDir: string): Promise<void> {
  const content = await read(dataDir)
  const pid = Number(content.split('\n')[0])
  if (!(pid > 0) || !(await isForeign(pid, dataDir))) return
  if ((await read(dataDir)) !== content) return
  await writeFile(join(dataDir, 'postmaster.pid'), content.replace(/^\d+/, String(NO_PROCESS)))
}

/** Whether `pid` is certainly not the server of `dataDir`. */
async function isForeign(pid: number, dataDir: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() =>
    run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ''),
  )
  if (command.trim() === '') return false
  if (!basename(command.trim()).startsWith('postgres')) return true
  // Another Postgres: each server works in its own data directory.
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  return cwd !== undefined && cwd !== (await realpath(dataDir))
}
