import { ALL_WORKLOADS, FULL, QUICK } from '@todo/load'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Plan } from './measure.ts'
import { TARGETS, targetNamed, workloadNamed } from './targets.ts'

export const DATA = join(import.meta.dirname, '../../../.data')

// The first log-in loads what a server uses rarely, such as Prisma's query compiler. The mix has too few writes to compile
// their code.
const WARM_UP: Plan['warmUp'] = [
  ['log in', 1],
  ['mix', 10],
  ['create', 12],
  ['change', 12],
]

export type Options = {
  plan: Plan
  /** A quick run checks answers with few rows and requests. */
  isQuick: boolean
  /** Runs all targets and workloads, and the measurements of our server alone: its start, and a run in a container. */
  isWhole: boolean
  /** How many times the start of our server is measured. */
  starts: number
  /** The length of the run in a container, in slices of ten seconds. */
  slices: number
  /** The folder for the report. */
  out: string
}

export function parseOptions(): Options {
  const { values: flags } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      targets: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string' },
      out: { type: 'string', default: join(DATA, 'bench-results') },
    },
  })
  const isQuick = flags.quick
  const isWhole = flags.targets === undefined && flags.workloads === undefined
  const few = Object.fromEntries(ALL_WORKLOADS.map((name) => [name, 32]))
  const plan: Plan = {
    scale: isQuick ? QUICK : FULL,
    rounds: Number(flags.rounds ?? (isQuick ? 1 : 7)),
    seconds: 1,
    writeSeconds: 2,
    rampUpSeconds: isQuick ? 0 : 0.5,
    requests: isQuick ? { ...few, 'log in': 8 } : { complete: 900, 'log in': 16 },
    warmUp: isQuick ? [] : WARM_UP,
    workloads: flags.workloads?.split(',').map(workloadNamed) ?? ALL_WORKLOADS,
    targets: flags.targets?.split(',').map(targetNamed) ?? TARGETS,
  }
  if (!(plan.rounds >= 1)) throw new Error('--rounds must be a number from 1.')
  const starts = isQuick ? 1 : 5
  const slices = isQuick ? 0 : 30
  return {
    plan,
    isQuick,
    isWhole,
    starts: isWhole ? starts : 0,
    slices: isWhole ? slices : 0,
    out: flags.out,
  }
}
