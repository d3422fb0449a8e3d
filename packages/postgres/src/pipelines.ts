import type { ClientConfig, QueryConfig } from 'pg'
import { tooManyWaiting } from './guarded-pool.ts'
import { isLostStatement, isStalePlan, sqlStateOf } from './errors.ts'
import { SocketClient, unanswered } from './socket-client.ts'

const MAX_PENDING = 1_000

type Row = Record<string, unknown>

type PipelinesOptions = {
  size: number
  config: ClientConfig
  silenceMs: number
  /** Throws when a new connection leads to a server that must not be used. */
  checkServer: (client: SocketClient) => Promise<void>
  /** Runs a lookup on a connection of its own. */
  runAlone: (query: QueryConfig) => Promise<Row[]>
  /** Called for connections that break while idle. */
  onError: (error: Error) => void
}

type Connection = { client: SocketClient; pending: number; isRetired: boolean }

export type Pipelines = ReturnType<typeof openPipelines>

/**
 * A few connections on which lookups are sent without waiting for the answers before them: `pipeline: true` of `pg`. The
 * server answers in order, so a slow lookup delays those behind it. Such a connection is closed, and what it has not
 * answered runs on the pool (docs/adr/0016-pipelined-reads.md).
 */
export function openPipelines({ size, config, silenceMs, checkServer, runAlone, onError }: PipelinesOptions) {
  const lines = Array.from({ length: size }, openLine)

  function openLine() {
    let current: Connection | undefined
    let connecting: Promise<Connection> | undefined

    async function connect(): Promise<Connection> {
      const client = new SocketClient({ ...config, pipeline: true })
      const connection = { client, pending: 0, isRetired: false }
      client.on('error', (error) => {
        if (current !== connection) return
        current = undefined
        if (connection.pending === 0) onError(error)
      })
      client.closeWhenSilent(silenceMs)
      await client.connect()
      await checkServer(client)
      return (current = connection)
    }

    function retire(connection: Connection): void {
      if (connection.isRetired) return
      connection.isRetired = true
      if (current === connection) current = undefined
      connection.client.destroy(new Error('The connection was replaced.'))
    }

    async function lookUp(query: QueryConfig): Promise<Row[]> {
      const connection = current ?? (await (connecting ??= connect().finally(() => (connecting = undefined))))
      if (connection.pending >= MAX_PENDING) throw tooManyWaiting()
      const { client } = connection
      connection.pending += 1
      client.isBusy = true
      try {
        return (await client.query<Row>(query)).rows
      } catch (error) {
        if (!connection.isRetired && !isBlocked(error)) throw error
        retire(connection)
        return await runAlone(query)
      } finally {
        connection.pending -= 1
        client.isBusy = connection.pending > 0
      }
    }
    return { lookUp, current: () => current }
  }

  const connections = () => lines.flatMap((line) => line.current() ?? [])
  const pendingOf = (line: (typeof lines)[number]) => line.current()?.pending ?? 0

  return {
    /** Runs a statement that reads a few rows by their key. */
    lookUp(query: QueryConfig): Promise<Row[]> {
      const line = lines.reduce((least, next) => (pendingOf(next) < pendingOf(least) ? next : least))
      return line.lookUp(query)
    },
    counts: () => ({
      total: connections().length,
      idle: connections().filter(({ pending }) => pending === 0).length,
    }),
    terminateActive(): void {
      for (const { client, pending } of connections()) if (pending > 0) client.destroy(unanswered())
    },
    close: async () => void (await Promise.all(connections().map(({ client }) => client.end()))),
  }
}

/** The connection is of no more use, or the lookups behind this one would wait in vain as well. */
function isBlocked(error: unknown): boolean {
  if (isStalePlan(error) || isLostStatement(error)) return true
  // statement timeout, lock timeout
  return error instanceof Error && ['57014', '55P03'].includes(sqlStateOf(error))
}
