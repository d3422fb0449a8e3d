import { Pool, type PoolClient, type PoolConfig } from 'pg'
import { SocketClient, noResponse } from './socket-client.ts'

type Callback = (error: Error | undefined, client: PoolClient | undefined, release: () => void) => void

type Options = PoolConfig & { maxWaiting: number; socketTimeoutMs: number }

/**
 * A pool that closes dead and stale connections, and whose queue has a maximum length. `pg` limits only the waiting time:
 * a queue that grows faster than it drains would make every request time out.
 */
export class GuardedPool extends Pool {
  readonly #maxWaiting: number
  readonly #clients = new Set<SocketClient>()

  constructor({ maxWaiting, socketTimeoutMs, ...config }: Options) {
    super({ ...config, Client: SocketClient as unknown as NonNullable<PoolConfig['Client']> })
    this.#maxWaiting = maxWaiting
    const socketClient = (client: PoolClient) => client as unknown as SocketClient
    this.on('connect', (client) => {
      this.#clients.add(socketClient(client))
      socketClient(client).closeIfUnresponsive(socketTimeoutMs)
    })
    this.on('remove', (client) => this.#clients.delete(socketClient(client)))
    this.on('acquire', (client) => (socketClient(client).isBusy = true))
    this.on('release', (_, client) => {
      socketClient(client).isBusy = false
      // The pool drops clients that are ending.
      if (socketClient(client).isStale) void client.end()
    })
  }

  override connect(): Promise<PoolClient>
  override connect(callback: Callback): void
  override connect(callback?: Callback): Promise<PoolClient> | void {
    if (this.waitingCount < this.#maxWaiting) return callback ? super.connect(callback) : super.connect()
    if (!callback) return Promise.reject(tooManyWaiting())
    callback(tooManyWaiting(), undefined, () => undefined)
  }

  /** Closes the connections in use: their queries fail as if the server had gone. */
  terminateActive(): void {
    for (const client of this.#clients) if (client.isBusy) client.destroy(noResponse())
  }
}

/** 53300 is Postgres' own code, too_many_connections. */
export const tooManyWaiting = () =>
  Object.assign(new Error('Too many requests are waiting for a database connection.'), { code: '53300' })
