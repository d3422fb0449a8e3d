import { type EmbeddedPostgres, pidOf, startEmbeddedPostgres } from '@todo/embedded-postgres'
import { makeStandby, withClient } from '@todo/testing'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Proxy, startProxy } from './proxy.ts'

export type Node = AsyncDisposable & {
  postgres: EmbeddedPostgres
  /** Kills it without a shutdown, as the kernel does when memory runs out. */
  kill: () => Promise<void>
  /** Suspends its processes, as on a machine that hangs. */
  freeze: () => Promise<void>
  thaw: () => Promise<void>
  /** Starts the same cluster on the same port. */
  restart: () => Promise<void>
}

export type Topology = AsyncDisposable & {
  primary: Node
  standbys: Node[]
  /** An address that leads to the current primary. */
  url: string
  address: Proxy
  /** Switches that address to another server; standbys follow it, too. */
  switchTo: (port: number) => void
}

type Settings = Record<string, string | number>

/** Starts a primary and one streaming standby per entry of `standbys`, named a, b, … */
export async function startTopology({
  standbys: standbySettings,
  synchronous,
  linkDelayMs = 0,
}: {
  standbys: Settings[]
  /** The setting `synchronous_standby_names`. */
  synchronous?: string | undefined
  /** Network delay between the primary and its standbys, each way. */
  linkDelayMs?: number
}): Promise<Topology> {
  await using opened = new AsyncDisposableStack()
  const parent = await mkdtemp(join(tmpdir(), 'todo-topology-'))
  await chmod(parent, 0o755)
  opened.defer(() => rm(parent, { recursive: true, force: true }))
  const settings: Settings = {
    // Without fsync, acknowledged data still reaches the kernel, so killing a process loses nothing.
    synchronous_commit: 'on',
    max_connections: 100,
    wal_keep_size: '256MB',
  }

  const primary = opened.use(await startNode(join(parent, 'primary'), settings))
  const address = opened.use(await startProxy(primary.postgres.port))
  const link = opened.use(await startProxy(primary.postgres.port, { delayMs: linkDelayMs }))
  const standbys: Node[] = []
  for (const [index, own] of standbySettings.entries()) {
    const name = String.fromCharCode(97 + index)
    const dataDir = join(parent, name)
    await makeStandby(primary.postgres, dataDir)
    const upstream = {
      primary_conninfo: `host=127.0.0.1 port=${link.port} user=postgres application_name=${name}`,
      wal_retrieve_retry_interval: '500ms',
    }
    const merged = { ...settings, ...upstream, ...own }
    standbys.push(opened.use(await startNode(dataDir, merged)))
  }
  // Not earlier: until the standbys exist, every commit would wait for them.
  if (synchronous !== undefined) {
    await withClient(primary.postgres.url, async (client) => {
      await client.query(`ALTER SYSTEM SET synchronous_standby_names = '${synchronous}'`)
      await client.query('SELECT pg_reload_conf()')
    })
  }
  const ownership = opened.move()
  return {
    primary,
    standbys,
    switchTo(port) {
      address.switchTo(port)
      link.switchTo(port)
    },
    address,
    url: primary.postgres.url.replace(`:${primary.postgres.port}/`, `:${address.port}/`),
    [Symbol.asyncDispose]: () => ownership.disposeAsync(),
  }
}

async function startNode(dataDir: string, settings: Settings): Promise<Node> {
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDir, durable: false, settings, ...(port !== undefined && { port }) })
  const postgres = await start()
  const node: Node = {
    postgres,
    kill: async () => void process.kill(await postmaster(postgres.dataDir), 'SIGKILL'),
    freeze: () => signalAll(postgres.dataDir, 'SIGSTOP'),
    thaw: () => signalAll(postgres.dataDir, 'SIGCONT'),
    async restart() {
      node.postgres = await start(postgres.port)
    },
    [Symbol.asyncDispose]: () => node.postgres.stop(),
  }
  return node
}

async function postmaster(dataDir: string): Promise<number> {
  const pid = await pidOf(dataDir)
  if (pid === undefined) throw new Error(`No server is running in ${dataDir}.`)
  return pid
}

/** Sends a signal to the server and to each of its processes, the server first, so that it starts no others. */
async function signalAll(dataDir: string, signal: NodeJS.Signals): Promise<void> {
  const server = await postmaster(dataDir)
  process.kill(server, signal)
  const children = await readFile(`/proc/${server}/task/${server}/children`, 'utf8')
  for (const pid of children.trim().split(' ')) {
    try {
      process.kill(Number(pid), signal)
    } catch {
      // It has already exited.
    }
  }
}
