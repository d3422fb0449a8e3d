// Compares the CPU time of a call with that of a plain Fastify route, tRPC's own adapter and trpc-to-openapi. Servers
// take turns in each round; each figure is a median.
import autocannon from 'autocannon'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

type Target = { name: string; server: string; path: string }
type Scenario = { name: string; targets: Target[] }

// One second each, after a round of warm-up.
const ROUNDS = 5

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`
const ten = Array.from({ length: 10 }, () => 'get').join(',')
const tenInputs = input(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, { id: '7' }])))
const BARE = 'Fastify route'
const OURS_RPC = 'fastify-trpc, RPC'
const OURS_REST = 'fastify-trpc, REST'
const THEIRS_RPC = '@trpc/server, Fastify adapter'
const THEIRS_REST = 'trpc-to-openapi, Fastify plugin'

const scenarios: Scenario[] = [
  {
    name: 'one object',
    targets: [
      { name: BARE, server: 'bare', path: '/get' },
      { name: OURS_RPC, server: 'ours', path: `/trpc/get?${input({ id: '7' })}` },
      { name: OURS_REST, server: 'ours', path: '/api/get/7' },
      { name: THEIRS_RPC, server: 'official', path: `/trpc/get?${input({ id: '7' })}` },
      { name: THEIRS_REST, server: 'openapi', path: '/api/get/7' },
    ],
  },
  {
    name: 'list of 20',
    targets: [
      { name: BARE, server: 'bare', path: '/list' },
      { name: OURS_RPC, server: 'ours', path: `/trpc/list?${input({})}` },
      { name: OURS_REST, server: 'ours', path: '/api/list' },
      { name: `${OURS_RPC}, trustedOutput`, server: 'ours', path: `/trpc/trusted?${input({})}` },
      { name: `${OURS_REST}, trustedOutput`, server: 'ours', path: '/api/trusted' },
      { name: THEIRS_RPC, server: 'official', path: `/trpc/list?${input({})}` },
      { name: THEIRS_REST, server: 'openapi', path: '/api/list' },
    ],
  },
  {
    name: 'batch of 10',
    targets: [
      { name: BARE, server: 'bare', path: '/batch' },
      { name: OURS_RPC, server: 'ours', path: `/trpc/${ten}?batch=1&${tenInputs}` },
      { name: THEIRS_RPC, server: 'official', path: `/trpc/${ten}?batch=1&${tenInputs}` },
    ],
  },
]

type Server = { process: ChildProcess; address: string }

async function start(kind: string): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind])
  const [{ address }] = (await once(child, 'message')) as [{ address: string }]
  return { process: child, address }
}

async function cpuOf(server: Server): Promise<number> {
  server.process.send('cpu')
  const [{ cpu }] = (await once(server.process, 'message')) as [{ cpu: NodeJS.CpuUsage }]
  return cpu.user + cpu.system
}

async function measure(server: Server, path: string) {
  const before = await cpuOf(server)
  const result = await autocannon({ url: `${server.address}${path}`, connections: 64, duration: 1 })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${path}: ${result.non2xx} are not 2xx`)
  const { total } = result.requests
  return { cpu: ((await cpuOf(server)) - before) / total, rate: total / result.duration }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function run({ name, targets }: Scenario, servers: Map<string, Server>) {
  const taken = targets.map((target) => ({ ...target, cpu: [] as number[], rate: [] as number[] }))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const target of taken) {
      const server = servers.get(target.server)
      if (!server) throw new Error(`no server ${target.server}`)
      const { cpu, rate } = await measure(server, target.path)
      if (round === 0) continue
      target.cpu.push(cpu)
      target.rate.push(rate)
    }
  }
  // Compare within each round, because machines have faster and slower seconds.
  const bare = taken[0]?.cpu ?? []
  return taken.map(({ name: server, cpu, rate }) => {
    const ratio = median(cpu.map((value, round) => value / (bare[round] ?? value)))
    return [name, server, `${median(cpu).toFixed(0)} µs`, ratio.toFixed(2), median(rate).toFixed(0)]
  })
}

const write = (cells: string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`)

const kinds = [...new Set(scenarios.flatMap(({ targets }) => targets.map(({ server }) => server)))]
const servers = new Map(await Promise.all(kinds.map(async (kind) => [kind, await start(kind)] as const)))
write(['Response', 'Server', 'CPU per request', 'Relative to route', 'Requests/s'])
write(['---', '---', '--:', '--:', '--:'])
for (const scenario of scenarios) for (const row of await run(scenario, servers)) write(row)
for (const server of servers.values()) server.process.disconnect()
