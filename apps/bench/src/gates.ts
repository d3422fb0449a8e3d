import { PAGES, WRITES, type WorkloadName } from '@todo/load'
import { type ContainerRun, LIMITS } from './container.ts'
import type { Sample } from './measure.ts'
import { type Comparison, divide, median, ratio, summarize } from './statistics.ts'

/** A bound that a whole run must keep. */
export type Gate = {
  what: string
  wanted: string
  /** undefined: this run did not measure it. */
  measured: number | undefined
  /** The pair with the lowest ratio, which is the measured one unless the gate is for their mean. */
  lowest?: string
  verdict: 'reached' | 'MISSED' | 'not measured'
}

type Rule = {
  peer: string
  workloads: WorkloadName[]
  by?: Comparison['by']
  /** The bound is for the mean of the pairs, not for the lowest. */
  isMean?: true
  least: number
}

/** Ours, as REST and as RPC, divided by a peer. Search and log-in are bound by Postgres and Argon2: they have no gate. */
const RULES: Rule[] = [
  { peer: 'floor', workloads: ['get', 'list'], least: 0.95 },
  // Postgres does most of a write, so throughput says little about the servers. The CPU time of one kind of write differs by
  // an eighth between two starts of the same program.
  { peer: 'floor', workloads: WRITES, by: "the server's CPU", isMean: true, least: 0.75 },
  { peer: 'stock', workloads: ['get', 'list', 'filtered', 'batch'], least: 3 },
  { peer: 'stock', workloads: [...WRITES, 'mix'], least: 1 },
  { peer: 'nest', workloads: ['get', 'list'], least: 3 },
  { peer: 'nest', workloads: ['filtered'], least: 2 },
  { peer: 'nest', workloads: [...WRITES, 'mix'], least: 1 },
  { peer: 'hono', workloads: ['get', 'list'], least: 1.8 },
  { peer: 'hono', workloads: ['filtered'], least: 2 },
  { peer: 'hono', workloads: [...WRITES, 'mix'], least: 1 },
]

type Measured = { samples: Sample[]; startSeconds: number[]; container: ContainerRun | undefined }

export function gatesOf({ samples, startSeconds, container }: Measured): Gate[] {
  return [
    ...RULES.map((rule) => ratioGate(rule, samples)),
    gate('near and far pages of few and many todos: fastest / slowest', pageSpread(samples), { most: 1.3 }),
    gate('seconds from start to ready on one core', median(startSeconds), { most: 0.8 }),
    ...containerGates(container),
  ]
}

function ratioGate({ peer, workloads, by = 'throughput', isMean, least }: Rule, samples: Sample[]): Gate {
  const pairs = ['rest', 'rpc']
    .flatMap((transport) =>
      workloads.flatMap((workload) => {
        const comparison = {
          target: `ours-${transport}`,
          peer: peer === 'stock' ? `stock-${transport}` : peer,
          workload,
          by,
        }
        const value = ratio(samples, comparison)
        return value === undefined ? [] : [{ name: `${comparison.target}, ${workload}`, value }]
      }),
    )
    .toSorted((a, b) => a.value - b.value)
  const [lowest] = pairs
  const what = `ours / ${peer} by ${by}: ${isMean ? 'mean of ' : ''}${workloads.join(', ')}`
  return {
    ...gate(what, isMean ? mean(pairs.map(({ value }) => value)) : lowest?.value, { least }),
    ...(lowest && { lowest: isMean ? `${lowest.name}: ${lowest.value.toFixed(2)}` : lowest.name }),
  }
}

function pageSpread(samples: Sample[]): number | undefined {
  const rates = summarize(samples)
    .filter(({ workload }) => PAGES.includes(workload))
    .map(({ requestsPerSecond }) => requestsPerSecond ?? Number.NaN)
  return rates.length < PAGES.length ? undefined : Math.max(...rates) / Math.min(...rates)
}

function containerGates(run: ContainerRun | undefined): Gate[] {
  const rates = run?.slices.map(({ requestsPerSecond }) => requestsPerSecond) ?? []
  // The first minute of five fills caches.
  const later = run?.slices.slice(Math.ceil(run.slices.length / 5)) ?? []
  const inContainer = (what: string, measured: number | undefined, bound: Bound) =>
    gate(`${LIMITS.memoryMiB} MiB and ${LIMITS.cpus} CPU: ${what}`, measured, bound)
  return [
    inContainer('seconds from start to ready', run?.readySeconds, { most: 5 }),
    inContainer('processes killed for their memory', run?.kills, { most: 0 }),
    inContainer('incorrect answers', run && sum(run.slices.map(({ wrong }) => wrong)), { most: 0 }),
    inContainer('throughput, slowest / median slice', run && divide(Math.min(...rates), median(rates)), {
      least: 0.25,
    }),
    inContainer(
      'page faults read from disk per second, after the first minute',
      run && Math.max(...later.map(({ majorFaultsPerSecond }) => majorFaultsPerSecond)),
      { most: 10 },
    ),
    inContainer(
      'memory, at the end / after the first minute',
      divide(later.at(-1)?.anonymousMiB, later[0]?.anonymousMiB),
      { most: 1.1 },
    ),
    inContainer('seconds from SIGTERM to exit', run?.stopSeconds, { most: 5 }),
    inContainer('requests lost during shutdown', run?.lost, { most: 0 }),
  ]
}

type Bound = { least: number } | { most: number }

function gate(what: string, measured: number | undefined, bound: Bound): Gate {
  const wanted = 'least' in bound ? `≥ ${bound.least}` : `≤ ${bound.most}`
  if (measured === undefined) return { what, wanted, measured, verdict: 'not measured' }
  const isReached = 'least' in bound ? measured >= bound.least : measured <= bound.most
  return { what, wanted, measured, verdict: isReached ? 'reached' : 'MISSED' }
}

/** undefined without values. */
const mean = (values: number[]) => (values.length === 0 ? undefined : sum(values) / values.length)
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
