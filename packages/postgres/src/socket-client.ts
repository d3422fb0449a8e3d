import { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { isLostStatement, isStalePlan } from './errors.ts'

/** A client that owns its socket: a dead connection must be closed without a goodbye, for which nobody would answer. */
export class SocketClient extends Client {
  /** Whether somebody waits for an answer. */
  isBusy = false
  /** One of its prepared statements fails for as long as the connection lives. */
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
   * Closes the connection when the server sends nothing for so long while somebody waits. `pg` has `query_timeout` for
   * it, whose timer per query costs more than the rest of a small query; a socket has one timer, which is only reset.
   */
  closeWhenSilent(milliseconds: number): void {
    this.#socket.setTimeout(milliseconds)
    this.#socket.on('timeout', () => this.isBusy && this.destroy(unanswered()))
  }

  override query: Client['query'] = ((...query: Parameters<Client['query']>) => {
    const result: unknown = super.query(...query)
    if (result instanceof Promise)
      result.catch((error: unknown) => (this.isStale ||= isStalePlan(error) || isLostStatement(error)))
    return result
  }) as Client['query']
}

export const unanswered = () =>
  Object.assign(new Error('the database server does not answer'), { code: 'ETIMEDOUT' })
