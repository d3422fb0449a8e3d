import { Pool, type PoolClient, type PoolConfig } from 'pg'
import { SocketClient, unanswered } from './socket-client.ts'

type Callback = (error: Error | undefined, client: PoolClient | undefined, release: () => void) => void

type Options = PoolConfig & { maxWaiting: number; silenceMs: number }

/**
 * A pool with a bounded queue, that closes connections which are silent or stale. `pg` bounds the queue by time only: one
 * that grows faster than it is served makes everybody wait until nobody is served in time.
 */
export class GuardedPool extends Pool {
  readonly #maxWaiting: number
  readonly #clients = new Set<SocketClient>()

  constructor({ maxWaiting, silenceMs, ...config }: Options) {
    super({ ...config, Client: SocketClient as unknown as NonNullable<PoolConfig['Client']> })
    this.#maxWaiting = maxWaiting
    const socketClient = (client: PoolClient) => client as unknown as SocketClient
    this.on('connect', (client) => {
      this.#clients.add(socketClient(client))
      socketClient(client).closeWhenSilent(silenceMs)
    })
    this.on('remove', (client) => this.#clients.delete(socketClient(client)))
    this.on('acquire', (client) => (socketClient(client).isBusy = true))
    this.on('release', (_, client) => {
      socketClient(client).isBusy = false
      // A pool keeps no client that has been told to end.
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

  /** Closes the connections that are in use, as if the server had gone. */
  terminateActive(): void {
    for (const client of this.#clients) if (client.isBusy) client.destroy(unanswered())
  }
}

/** 53300 too_many_connections, as Postgres itself would say. */
export const tooManyWaiting = () =>
  Object.assign(new Error('Too many requests are waiting for a database connection.'), { code: '53300' })
