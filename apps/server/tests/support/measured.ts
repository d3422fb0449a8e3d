import type { Report } from './load.ts'

/** Prints what a test has measured: the figures of docs/reliability.md. */
export function measured(
  what: string,
  { acknowledged, others, ...figures }: Partial<Report> & Record<string, unknown>,
): void {
  const rounded = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value) : String(value)}`,
  )
  const counts = [`acknowledged ${acknowledged?.length ?? 0}`, `other failures ${others?.length ?? 0}`]
  process.stdout.write(`measured: ${what}: ${[...counts, ...rounded].join(', ')}\n`)
}
