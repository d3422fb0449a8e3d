import type { ClientConfig, QueryConfig } from 'pg'
import { batchedQuery } from './batched-query.ts'
import { isLostStatement, isRefusal, isStalePlan, sqlStateOf } from '../errors.ts'
import { tooManyWaiting } from '../connection/guarded-pool.ts'
import { SocketClient, noResponse } from '../connection/socket-client.ts'

type Row = Record<string, unknown>

type PipelinesOptions = {
  size: number
  config: ClientConfig
  /** Maximum number of pending lookups per connection. */
  maxPending: number
  /** How long the next response may take before the connection counts as dead. */
  socketTimeoutMs: number
  /** Throws if a new connection leads to a server that must not be used. */
  checkServer: (client: SocketClient) => Promise<void>
  /** Runs a lookup on a connection of the pool. */
  runOnPool: (query: QueryConfig) => Promise<Row[]>
  /** Called for connections that break while idle. */
  onError: (error: Error) => void
}

/**
 * A few connections that send lookups without waiting for earlier responses: `pipeline: true` of `pg`. The server answers
 * in order, so a slow lookup delays the ones behind it. On a timeout the connection is replaced: that lookup runs on the
 * pool, and those behind it run again on the new connection (docs/adr/0016-pipelined-reads.md).
 */
export function openPipelines({ size, ...options }: PipelinesOptions) {
  const pipelines = Array.from({ length: size }, () => openPipeline(options))
  const connected = () => pipelines.filter((pipeline) => pipeline.isConnected())

  return {
    /** Runs a lookup on the pipeline with the fewest pending queries. */
    lookUp(query: QueryConfig): Promise<Row[]> {
      const pipeline = leastPending(pipelines)
      if (pipeline.isConnected() || connected().length === 0) return pipeline.lookUp(query)
      // Another connection answers sooner than this one opens.
      pipeline.connectInBackground()
      return leastPending(connected()).lookUp(query)
    },
    counts: () => ({
      total: connected().length,
      idle: connected().filter((pipeline) => pipeline.pending() === 0).length,
    }),
    terminateActive: () => pipelines.forEach((pipeline) => pipeline.terminateIfActive()),
    close: async () => void (await Promise.all(pipelines.map((pipeline) => pipeline.close()))),
  }
}

type Pipeline = ReturnType<typeof openPipeline>

const leastPending = (pipelines: Pipeline[]): Pipeline =>
  pipelines.reduce((least, next) => (next.pending() < least.pending() ? next : least))

/** A connection that is replaced when it breaks. */
function openPipeline(options: Omit<PipelinesOptions, 'size'>) {
  const { config, maxPending, socketTimeoutMs, checkServer, runOnPool, onError } = options
  let current: SocketClient | undefined
  let connecting: Promise<SocketClient> | undefined
  let pending = 0
  let isClosed = false
  /** Connections that were replaced: their pending lookups run again. */
  const replaced = new WeakSet<SocketClient>()
  // The socket's idle timer does not work here, because sending a lookup resets it.
  const watchdog = setTimeout(() => pending > 0 && drop(current, noResponse()), socketTimeoutMs).unref()

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

  async function send(query: QueryConfig, isRetry = false): Promise<Row[]> {
    const client = current ?? (await connection())
    try {
      const rows = await batchedQuery<Row>(client, query)
      watchdog.refresh()
      return rows
    } catch (error) {
      if (isRefusal(error)) watchdog.refresh()
      if (isBlocked(error)) {
        replaced.add(client)
        drop(client, new Error('The connection was replaced.'))
        return runOnPool(query)
      }
      if (!replaced.has(client)) throw error
      return isRetry ? runOnPool(query) : send(query, true)
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
      if (pending > 0) drop(current, noResponse())
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

/** True if the connection is unusable, or if the lookups behind this one would time out, too. */
function isBlocked(error: unknown): boolean {
  if (isStalePlan(error) || isLostStatement(error)) return true
  // statement timeout, lock timeout
  return error instanceof Error && ['57014', '55P03'].includes(sqlStateOf(error))
}
