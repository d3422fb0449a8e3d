import { type EmbeddedPostgres, startEmbeddedPostgres } from '@todo/embedded-postgres'
import { makeStandby, withClient } from '@todo/testing'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Proxy, startProxy } from './proxy.ts'

export type Node = AsyncDisposable & {
  postgres: EmbeddedPostgres
  /** Without a word, as the kernel does when memory is short. */
  kill: () => Promise<void>
  /** Its processes are there and do nothing, as on a machine that hangs. */
  freeze: () => Promise<void>
  thaw: () => Promise<void>
  /** The same cluster on the same port. */
  restart: () => Promise<void>
}

export type Topology = AsyncDisposable & {
  primary: Node
  standbys: Node[]
  /** Leads to whoever is primary. */
  url: string
  address: Proxy
  /** Whom that address leads to from now on; standbys follow it, too. */
  switchTo: (port: number) => void
}

type Settings = Record<string, string | number>

/** A primary and its streaming standbys, one per entry of `standbys`; those are named a, b, … */
export async function startTopology({
  standbys: standbySettings,
  synchronous,
  linkDelayMs = 0,
}: {
  standbys: Settings[]
  /** synchronous_standby_names. */
  synchronous?: string | undefined
  /** How long what the primary sends takes to its standbys, and back. */
  linkDelayMs?: number
}): Promise<Topology> {
  await using opened = new AsyncDisposableStack()
  const parent = await mkdtemp(join(tmpdir(), 'todo-topology-'))
  await chmod(parent, 0o755)
  opened.defer(() => rm(parent, { recursive: true, force: true }))
  const settings: Settings = {
    // What is acknowledged is flushed; that no disk waits for it makes no difference to a killed process.
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
  // Only now: before there are standbys, every commit would wait for them.
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
  const file = await readFile(join(dataDir, 'postmaster.pid'), 'utf8')
  return Number(file.split('\n')[0])
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
      // It has ended by itself.
    }
  }
}
