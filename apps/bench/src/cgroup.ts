import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Limits = { memoryMiB: number; cpus: number }

/** A control group of Linux, as a container's limits are made of; it takes root to make one. */
export type Cgroup = {
  /** For `sh`: puts the shell, and what it then becomes, into the group. */
  enter: string
  /** Bytes of the process's own pages, which cannot be read again from a file. */
  anonymous: () => number
  /** Page faults that had to read from the disk: many at a steady rate are thrashing. */
  majorFaults: () => number
  kills: () => number
  remove: () => void
}

const ROOT = '/sys/fs/cgroup'
const PERIOD_US = 100_000

/** undefined where there are no control groups, or they are not ours to make. */
export function makeCgroup(name: string, { memoryMiB, cpus }: Limits): Cgroup | undefined {
  const bytes = memoryMiB * 1024 * 1024
  const quota = Math.round(cpus * PERIOD_US)
  if (process.getuid?.() !== 0) return undefined
  if (existsSync(join(ROOT, 'cgroup.controllers'))) {
    const group = join(ROOT, name)
    return make([group], {
      settings: { [join(group, 'memory.max')]: bytes, [join(group, 'cpu.max')]: `${quota} ${PERIOD_US}` },
      memory: group,
      kills: 'memory.events',
      anonymous: 'anon',
    })
  }
  if (!existsSync(join(ROOT, 'memory/memory.limit_in_bytes'))) return undefined
  const memory = join(ROOT, 'memory', name)
  const cpu = join(ROOT, 'cpu', name)
  return make([memory, cpu], {
    settings: {
      [join(memory, 'memory.limit_in_bytes')]: bytes,
      [join(cpu, 'cpu.cfs_period_us')]: PERIOD_US,
      [join(cpu, 'cpu.cfs_quota_us')]: quota,
    },
    memory,
    kills: 'memory.oom_control',
    anonymous: 'rss',
  })
}

type Version = {
  settings: Record<string, string | number>
  memory: string
  kills: string
  anonymous: string
}

function make(folders: string[], { settings, memory, kills, anonymous }: Version): Cgroup {
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  for (const [file, value] of Object.entries(settings)) writeFileSync(file, String(value))
  const read = (file: string) => readFileSync(join(memory, file), 'utf8')
  const field = (file: string, name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(read(file))?.[1] ?? 0)
  return {
    enter: folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join(' && '),
    anonymous: () => field('memory.stat', anonymous),
    majorFaults: () => field('memory.stat', 'pgmajfault'),
    kills: () => field(kills, 'oom_kill'),
    remove: () => {
      for (const folder of folders) rmdirSync(folder)
    },
  }
}
