import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A control group of Linux, which limits processes as a container does. */
export type Cgroup = {
  /** A shell command that moves the shell, and the program that replaces it, into the group. */
  enter: string
  /** Memory that is not backed by a file. */
  anonymousBytes: () => number
  /** Page faults that read from the disk; a steady rate of them means thrashing. */
  majorFaults: () => number
  /** Processes that the kernel killed for their memory. */
  kills: () => number
  remove: () => void
}

const ROOT = '/sys/fs/cgroup'

/** undefined unless Linux has control groups, of version 1 or 2, and we are root. */
export function makeCgroup(
  name: string,
  { memoryMiB, cpus }: { memoryMiB: number; cpus: number },
): Cgroup | undefined {
  if (process.getuid?.() !== 0) return undefined
  const isV2 = existsSync(join(ROOT, 'cgroup.controllers'))
  if (!isV2 && !existsSync(join(ROOT, 'memory'))) return undefined
  const memory = isV2 ? join(ROOT, name) : join(ROOT, 'memory', name)
  const cpu = isV2 ? memory : join(ROOT, 'cpu', name)
  const folders = [...new Set([memory, cpu])]
  for (const folder of folders) mkdirSync(folder, { recursive: true })

  const bytes = memoryMiB * 1024 * 1024
  const [periodUs, quotaUs] = [100_000, Math.round(cpus * 100_000)]
  if (isV2) {
    writeFileSync(join(memory, 'memory.max'), String(bytes))
    writeFileSync(join(cpu, 'cpu.max'), `${quotaUs} ${periodUs}`)
  } else {
    writeFileSync(join(memory, 'memory.limit_in_bytes'), String(bytes))
    writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(periodUs))
    writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String(quotaUs))
  }

  const field = (file: string, key: string) =>
    Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(readFileSync(join(memory, file), 'utf8'))?.[1] ?? 0)
  return {
    enter: folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join(' && '),
    anonymousBytes: () => field('memory.stat', isV2 ? 'anon' : 'rss'),
    majorFaults: () => field('memory.stat', 'pgmajfault'),
    kills: () => field(isV2 ? 'memory.events' : 'memory.oom_control', 'oom_kill'),
    remove: () => folders.forEach((folder) => rmdirSync(folder)),
  }
}
