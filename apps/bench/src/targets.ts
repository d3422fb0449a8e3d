import { ALL_WORKLOADS, PAGES, type Protocol, type WorkloadName } from '@todo/load'

/** One interface of one program. */
export type Target = { name: string; program: keyof typeof PROGRAMS; protocol: Protocol }

/** Paths from the folder of the bench. */
export const PROGRAMS = {
  floor: 'peers/floor/main.ts',
  ours: '../server/dist/server.js',
  stock: 'peers/stock/main.ts',
  nest: 'peers/nest/dist/main.js',
  hono: 'peers/hono/main.ts',
} as const

export const TARGETS: readonly Target[] = [
  { name: 'floor', program: 'floor', protocol: 'rest' },
  { name: 'ours-rest', program: 'ours', protocol: 'rest' },
  { name: 'ours-rpc', program: 'ours', protocol: 'rpc' },
  { name: 'stock-rest', program: 'stock', protocol: 'rest' },
  { name: 'stock-rpc', program: 'stock', protocol: 'rpc' },
  { name: 'nest', program: 'nest', protocol: 'rest' },
  { name: 'hono', program: 'hono', protocol: 'rest' },
]

export function targetNamed(name: string): Target {
  const target = TARGETS.find((candidate) => candidate.name === name)
  if (!target)
    throw new Error(`Unknown target ${name}. Choose from ${TARGETS.map((one) => one.name).join(', ')}.`)
  return target
}

export function workloadNamed(name: string): WorkloadName {
  const workload = ALL_WORKLOADS.find((candidate) => candidate === name)
  if (!workload) throw new Error(`Unknown workload ${name}. Choose from ${ALL_WORKLOADS.join(', ')}.`)
  return workload
}

/** REST has no batches, and near and far pages are compared with each other, not with other programs. */
export function runsOn(workload: WorkloadName, { name, protocol }: Target): boolean {
  if (workload === 'batch') return protocol === 'rpc'
  return !PAGES.includes(workload) || name === 'ours-rest'
}
