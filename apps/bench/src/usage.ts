import { readFileSync } from 'node:fs'

// The unit of times in /proc, on every Linux.
const TICKS_PER_SECOND = 100

/** CPU seconds that a process and its running children have used so far; undefined without /proc. */
export function cpuSeconds(pid: number): number | undefined {
  const children = read(`/proc/${pid}/task/${pid}/children`)
  if (children === undefined) return undefined
  const pids = [pid, ...children.split(' ').filter(Boolean)]
  return pids.reduce<number>((sum, each) => sum + ticksOf(each), 0) / TICKS_PER_SECOND
}

/** User and system time of a process and of its children that have exited: proc_pid_stat(5), fields 14 to 17. */
function ticksOf(pid: number | string): number {
  // The second field, the name in parentheses, may contain spaces.
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ') ?? []
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)
}

/** Resident memory in MiB; undefined without /proc. */
export function memoryMiB(pid: number): number | undefined {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
