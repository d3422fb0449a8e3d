import type { Database } from '../create-database.ts'
import { turnEnds } from '../turn-ends.ts'
import { type Position, formatToken } from './position.ts'

/** A server to read from. */
export type Reader = Pick<Database, 'db' | 'run'> & {
  /** 'primary', or host and port. */
  name: string
  /** A consistency token of all that could be seen here until now. @throws when the server does not answer */
  token: () => Promise<string>
}

export function readerOf(
  { db, run }: Pick<Database, 'db' | 'run'>,
  { name, position }: { name: string; position: () => Promise<Position> },
): Reader {
  let next: Promise<string> | undefined

  /** Those who ask in the same moment share a look that begins after it. */
  async function token(): Promise<string> {
    await turnEnds()
    next = undefined
    return formatToken(await position())
  }
  return { db, run, name, token: () => (next ??= token()) }
}
