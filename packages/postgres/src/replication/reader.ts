import { type Position, formatToken } from './position.ts'

/** A server to read from. */
export type Reader<Server> = Server & {
  /** 'primary', or host and port. */
  name: string
  /** The consistency token of everything visible on this server by now. @throws when the server does not answer */
  token: () => Promise<string>
}

export function readerOf<Server extends object>(
  server: Server,
  { name, position }: { name: string; position: () => Promise<Position> },
): Reader<Server> {
  let next: Promise<string> | undefined

  /** Calls in the same turn of the event loop share one poll, which starts after them. */
  async function token(): Promise<string> {
    await new Promise<void>((resolve) => process.nextTick(resolve))
    next = undefined
    return formatToken(await position())
  }
  return { ...server, name, token: () => (next ??= token()) }
}
