// The doors that are measured, and the programs behind them.

export type Door = {
  name: string
  program: keyof typeof PROGRAMS
  protocol: 'rest' | 'rpc'
}

/** What is started, by path from the bench's folder. */
export const PROGRAMS = {
  floor: 'peers/floor/main.ts',
  ours: '../server/dist/server.js',
  stock: 'peers/stock/main.ts',
  nest: 'peers/nest/dist/main.js',
  hono: 'peers/hono/main.ts',
} as const

export const DOORS: readonly Door[] = [
  { name: 'floor', program: 'floor', protocol: 'rest' },
  { name: 'ours-rest', program: 'ours', protocol: 'rest' },
  { name: 'ours-rpc', program: 'ours', protocol: 'rpc' },
  { name: 'stock-rest', program: 'stock', protocol: 'rest' },
  { name: 'stock-rpc', program: 'stock', protocol: 'rpc' },
  { name: 'nest', program: 'nest', protocol: 'rest' },
  { name: 'hono', program: 'hono', protocol: 'rest' },
]

export const doorNamed = (name: string): Door => {
  const door = DOORS.find((candidate) => candidate.name === name)
  if (!door) throw new Error(`there is no door ${name}: ${DOORS.map((one) => one.name).join(', ')}`)
  return door
}
