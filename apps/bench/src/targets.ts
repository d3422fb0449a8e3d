// The targets that are measured, and the programs behind them.

import type { Protocol } from '@todo/load'

export type Target = {
  name: string
  program: keyof typeof PROGRAMS
  protocol: Protocol
}

/** What is started, by path from the bench's folder. */
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

export const targetNamed = (name: string): Target => {
  const target = TARGETS.find((candidate) => candidate.name === name)
  if (!target) throw new Error(`there is no target ${name}: ${TARGETS.map((one) => one.name).join(', ')}`)
  return target
}
