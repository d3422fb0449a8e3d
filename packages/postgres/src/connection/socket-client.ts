import { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { isLostStatement, isStalePlan } from '../errors.ts'

/** A client that owns its socket: on a dead connection `end()` would wait forever, because the server no longer answers. */
export class SocketClient extends Client {
  /** True while a query is pending or a caller has taken the client from the pool. */
  isBusy = false
  /** True once a prepared statement of this connection is stale or lost, so that it would always fail. */
  isStale = false
  readonly #socket: Socket

  constructor(config: ClientConfig) {
    const socket = new Socket()
    super({ ...config, stream: () => socket })
    this.#socket = socket
    // A lost connection rejects its queries; without a listener the event would end the process.
    this.on('error', () => undefined)
  }

  /** Closes the connection at once: pending queries fail with `error`. */
  destroy(error: Error): void {
    this.#socket.destroy(error)
  }

  /**
   * Closes the connection if the server sends nothing for `timeoutMs` while the client is busy. `pg`'s `query_timeout`
   * would start a timer per query, which costs more than the rest of a small query; a socket only resets its one timer.
   */
  closeIfUnresponsive(timeoutMs: number): void {
    this.#socket.setTimeout(timeoutMs)
    this.#socket.on('timeout', () => this.isBusy && this.destroy(noResponse()))
  }

  override query: Client['query'] = ((...query: Parameters<Client['query']>) => {
    const result: unknown = super.query(...query)
    if (result instanceof Promise)
      result.catch((error: unknown) => (this.isStale ||= isStalePlan(error) || isLostStatement(error)))
    return result
  }) as Client['query']
}

export const noResponse = () =>
  Object.assign(new Error('The database server does not answer.'), { code: 'ETIMEDOUT' })
