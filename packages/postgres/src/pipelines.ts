import type { ClientConfig, QueryConfig } from 'pg'
import { isLostStatement, isRefusal, isStalePlan, sqlStateOf } from './errors.ts'
import { tooManyWaiting } from './guarded-pool.ts'
import { SocketClient, unanswered } from './socket-client.ts'

type Row = Record<string, unknown>

type PipelinesOptions = {
  size: number
  config: ClientConfig
  /** How many lookups may wait on each connection. */
  maxPending: number
  /** How long a connection may take for its next answer before it counts as dead. */
  silenceMs: number
  /** Throws when a new connection leads to a server that must not be used. */
  checkServer: (client: SocketClient) => Promise<void>
  /** Runs a lookup on a connection of its own. */
  runAlone: (query: QueryConfig) => Promise<Row[]>
  /** Called for connections that break while idle. */
  onError: (error: Error) => void
}

/**
 * A few connections on which lookups are sent without waiting for the answers before them: `pipeline: true` of `pg`. The
 * server answers in order, so a slow lookup delays those behind it. Such a connection is closed, and its unanswered
 * lookups run on the pool (docs/adr/0016-pipelined-reads.md).
 */
export function openPipelines({ size, ...options }: PipelinesOptions) {
  const lines = Array.from({ length: size }, () => openLine(options))
  const connected = () => lines.filter((line) => line.isConnected())

  return {
    /** Runs a statement that reads a few rows by their key. */
    lookUp(query: QueryConfig): Promise<Row[]> {
      const line = leastPending(lines)
      if (line.isConnected() || connected().length === 0) return line.lookUp(query)
      // Another connection answers sooner than this one opens.
      line.connectInBackground()
      return leastPending(connected()).lookUp(query)
    },
    counts: () => ({
      total: connected().length,
      idle: connected().filter((line) => line.pending() === 0).length,
    }),
    terminateActive: () => lines.forEach((line) => line.terminateIfActive()),
    close: async () => void (await Promise.all(lines.map((line) => line.close()))),
  }
}

type Line = ReturnType<typeof openLine>

const leastPending = (lines: Line[]): Line =>
  lines.reduce((least, next) => (next.pending() < least.pending() ? next : least))

/** One connection, which is replaced when it breaks. */
function openLine(options: Omit<PipelinesOptions, 'size'>) {
  const { config, maxPending, silenceMs, checkServer, runAlone, onError } = options
  let current: SocketClient | undefined
  let connecting: Promise<SocketClient> | undefined
  let pending = 0
  let isClosed = false
  /** Connections whose unanswered lookups run on the pool. */
  const replaced = new WeakSet<SocketClient>()
  // The socket's own idle timer would not do: each lookup that is sent resets it.
  const watchdog = setTimeout(() => pending > 0 && drop(current, unanswered()), silenceMs).unref()

  function drop(client: SocketClient | undefined, reason: Error): void {
    if (current === client) current = undefined
    client?.destroy(reason)
  }

  async function connect(): Promise<SocketClient> {
    const client = new SocketClient({ ...config, pipeline: true })
    let failure: Error | undefined
    client.on('error', (error) => {
      failure = error
      if (current !== client) return
      current = undefined
      if (pending === 0) onError(error)
    })
    await client.connect()
    try {
      await checkServer(client)
      if (failure) throw failure
      if (isClosed) throw closed()
    } catch (error) {
      client.destroy(error as Error)
      throw error
    }
    watchdog.refresh()
    return (current = client)
  }

  const connection = () => (connecting ??= connect().finally(() => (connecting = undefined)))

  async function send(query: QueryConfig): Promise<Row[]> {
    const client = current ?? (await connection())
    try {
      const { rows } = await client.query<Row>(query)
      watchdog.refresh()
      return rows
    } catch (error) {
      if (isRefusal(error)) watchdog.refresh()
      if (!replaced.has(client) && !isBlocked(error)) throw error
      replaced.add(client)
      drop(client, new Error('The connection was replaced.'))
      return runAlone(query)
    }
  }

  return {
    isConnected: () => current !== undefined,
    pending: () => pending,
    connectInBackground(): void {
      // The next lookup reports the error, if it persists.
      if (!isClosed) connection().catch(() => undefined)
    },
    async lookUp(query: QueryConfig): Promise<Row[]> {
      if (isClosed) throw closed()
      if (pending >= maxPending) throw tooManyWaiting()
      if (pending === 0) watchdog.refresh()
      pending += 1
      try {
        return await send(query)
      } finally {
        pending -= 1
      }
    },
    terminateIfActive(): void {
      if (pending > 0) drop(current, unanswered())
    },
    async close(): Promise<void> {
      isClosed = true
      clearTimeout(watchdog)
      await connecting?.catch(() => undefined)
      await current?.end()
    },
  }
}

const closed = () => new Error('Cannot use a pool after calling end on the pool')

/** The connection is of no more use, or the lookups behind this one would wait in vain as well. */
function isBlocked(error: unknown): boolean {
  if (isStalePlan(error) || isLostStatement(error)) return true
  // statement timeout, lock timeout
  return error instanceof Error && ['57014', '55P03'].includes(sqlStateOf(error))
}
