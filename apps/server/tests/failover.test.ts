import { createTodoClient } from '@todo/client'
import { withClient } from '@todo/testing'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startInstances } from './support/instances.ts'
import { type Report, underLoad } from './support/load.ts'
import { measured } from './support/measured.ts'
import { type Topology, startTopology } from './support/topology.ts'
import { PASSWORD } from './support/world.ts'

/** Between the primary and its standbys, so that there is something to lose. */
const LINK_DELAY_MS = 600

type Outcome = {
  report: Report
  lost: string[]
  lostWindowMs: number
  /** What the instances said of errors that nobody expected. */
  unforeseen: string
}

/** Kills the primary under load, promotes the standby that has most, and lets the address lead to it. */
async function failOver({ synchronous }: { synchronous: boolean }): Promise<Outcome> {
  await using topology = await startTopology({
    // Each commit would wait for it twice.
    linkDelayMs: synchronous ? 0 : LINK_DELAY_MS,
    synchronous: synchronous ? 'ANY 1 (a, b)' : undefined,
    standbys: [{}, {}],
  })
  await using opened = new AsyncDisposableStack()
  const servers = await startInstances(topology, opened)
  const client = createTodoClient({ url: servers[0]!.url })
  await client.auth.signUp({ email: 'ada@example.com', password: PASSWORD, displayName: 'Ada' })
  const { accessToken } = await client.auth.logIn({ email: 'ada@example.com', password: PASSWORD })

  let promotedPort = 0
  const report = await underLoad(
    { urls: servers.map(({ url }) => url), authorization: `Bearer ${accessToken}` },
    async ({ acknowledged }) => {
      await sleep(1_000)
      // Right behind a write, so that there is something to lose also on a machine that is slow.
      const written = acknowledged.length
      await expect.poll(() => acknowledged.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(written)
      await topology.primary.kill()
      const promoted = await promote(topology)
      promotedPort = promoted.postgres.port
      topology.switchTo(promotedPort)
      await sleep(5_000)
    },
  )
  // The standby that was not promoted follows it to the new timeline, and serves again.
  const follower = topology.standbys.find(({ postgres }) => postgres.port !== promotedPort)!
  const host = new URL(follower.postgres.url).host
  for (const { url } of servers) {
    const isUp = async () =>
      (await (await fetch(`${url}/metrics`)).text()).includes(`db_replica_up{server="${host}"} 1`)
    await expect.poll(isUp, { timeout: 15_000 }).toBe(true)
  }
  const kept = new Set(await idsOf(topology.url))
  const missing = report.acknowledged.filter(({ id }) => !kept.has(id))
  const times = missing.map(({ at }) => at)
  return {
    report,
    lost: missing.map(({ id }) => id),
    lostWindowMs: missing.length > 0 ? Math.max(...times) - Math.min(...times) : 0,
    unforeseen: servers
      .flatMap((server) => server.output().split('\n'))
      .filter((line) => line.includes('procedure failed'))
      .join('\n'),
  }
}

async function promote({ standbys }: Topology) {
  const received = await Promise.all(
    standbys.map(({ postgres }) =>
      withClient(postgres.url, async (client) => {
        const { rows } = await client.query<{ at: string }>(
          "SELECT (pg_last_wal_receive_lsn() - '0/0')::text AS at",
        )
        return BigInt(rows[0]!.at)
      }),
    ),
  )
  const chosen = standbys[received[1]! > received[0]! ? 1 : 0]!
  await withClient(chosen.postgres.url, (client) => client.query('SELECT pg_promote()'))
  return chosen
}

const idsOf = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM todos')
    return rows.map(({ id }) => id)
  })

test('with a synchronous standby, no acknowledged write is lost when another is promoted', async () => {
  const { report, lost, unforeseen } = await failOver({ synchronous: true })
  measured('failover, synchronous', { ...report, lost: lost.length })
  expect(report.others, unforeseen).toEqual([])
  expect(report.acknowledged.length).toBeGreaterThan(10)
  expect(lost).toEqual([])
  // The last failure lies well before the end of the load: all is served again.
  expect(report.recoveryMs).toBeLessThan(report.loadMs - 1_500)
}, 120_000)

test('without, what the standbys had not received yet is lost', async () => {
  const { report, lost, lostWindowMs, unforeseen } = await failOver({ synchronous: false })
  measured('failover, asynchronous', { ...report, lost: lost.length, lostWindowMs })
  // Whoever reads what was lost is told that it is not there.
  const ofTheLost = (failure: string) => lost.some((id) => failure.startsWith(`GET /todos/${id}: 404`))
  expect(
    report.others.filter((failure) => !ofTheLost(failure)),
    unforeseen,
  ).toEqual([])
  expect(lost.length).toBeGreaterThan(0)
}, 120_000)
