import { createTodoClient } from '@todo/client'
import { withClient } from '@todo/testing'
import { expect, test } from 'vitest'
import { startInstances } from './support/instances.ts'
import { type Report, recovered, underLoad } from './support/load.ts'
import { measured } from './support/measured.ts'
import { type Topology, startTopology } from './support/topology.ts'
import { PASSWORD } from './support/world.ts'

/** Delay between the primary and its standbys, so that there is something to lose. */
const LINK_DELAY_MS = 2_000

type Outcome = {
  report: Report
  lost: string[]
  lostWindowMs: number
  /** Log lines of unexpected errors. */
  unforeseen: string
}

/** Kills the primary under load, promotes the standby that received most, and switches the address to it. */
async function failOver({ synchronous }: { synchronous: boolean }): Promise<Outcome> {
  await using topology = await startTopology({
    // A synchronous commit would wait for the delay twice.
    linkDelayMs: synchronous ? 0 : LINK_DELAY_MS,
    synchronous: synchronous ? 'ANY 1 (a, b)' : undefined,
    standbys: [{}, {}],
  })
  await using opened = new AsyncDisposableStack()
  const servers = await startInstances(topology, opened)
  const client = createTodoClient({ url: servers[0]!.url })
  await client.auth.signUp({ email: 'ada@example.com', password: PASSWORD, displayName: 'Ada' })
  const { accessToken } = await client.auth.logIn({ email: 'ada@example.com', password: PASSWORD })
  // The link is slow: the account must not be among the writes that are lost.
  for (const { postgres } of topology.standbys) {
    const hasSession = () =>
      withClient(postgres.url, async (standby) => (await standby.query('SELECT FROM sessions')).rowCount)
    await expect.poll(hasSession).toBe(1)
  }

  let promotedPort = 0
  const report = await underLoad(
    { urls: servers.map(({ url }) => url), authorization: `Bearer ${accessToken}` },
    async (report) => {
      const { acknowledged } = report
      // Right after a write, so that there is something to lose even on a slow machine.
      const written = acknowledged.length
      await expect.poll(() => acknowledged.length, { interval: 5 }).toBeGreaterThan(written)
      await topology.primary.kill()
      const promoted = await promote(topology)
      promotedPort = promoted.postgres.port
      topology.switchTo(promotedPort)
      await recovered(report)
    },
  )
  // The other standby follows the promoted one to the new timeline and serves again.
  const follower = topology.standbys.find(({ postgres }) => postgres.port !== promotedPort)!
  const host = new URL(follower.postgres.url).host
  for (const { url } of servers) {
    const isUp = async () =>
      (await (await fetch(`${url}/metrics`)).text()).includes(`db_replica_up{server="${host}"} 1`)
    await expect.poll(isUp).toBe(true)
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
})

test('without a synchronous standby, writes that no standby had received are lost', async () => {
  const { report, lost, lostWindowMs, unforeseen } = await failOver({ synchronous: false })
  measured('failover, asynchronous', { ...report, lost: lost.length, lostWindowMs })
  // Reading a lost todo gives 404.
  const isOfLost = (failure: string) => lost.some((id) => failure.startsWith(`GET /todos/${id}: 404`))
  expect(
    report.others.filter((failure) => !isOfLost(failure)),
    unforeseen,
  ).toEqual([])
  expect(lost.length).toBeGreaterThan(0)
})
