import type { Connection } from 'pg'
import { serialize } from 'pg-protocol'
import { type Parser, type WireValue, parserOf } from './wire-values.ts'

export type Row = Record<string, unknown>
/** How the rows of a statement are read. */
type Columns = { names: string[]; parsers: Parser[]; allNull: Row }

/** What of a connection of `pg` its types leave out. */
export type Wire = Connection & {
  stream: NodeJS.WritableStream
  /** Text by name: prepared, and on the way. */
  parsedStatements: Record<string, string | undefined>
  submittedNamedStatements: Record<string, string | undefined>
  sync: () => void
  sendCopyFail: (reason: string) => void
}

const DESCRIBE = serialize.describe({ type: 'P' })
const EXECUTE = serialize.execute()

/** By connection, as a statement that was prepared before a migration keeps its columns there. */
const columnsOf = new WeakMap<Connection, Map<string, Columns>>()

/**
 * A statement that each connection prepares once. `pg` itself asks for the columns with every execution and makes its
 * readers of them anew, which takes longer than to read the rows (docs/adr/0009-where-the-time-goes.md).
 */
export class PreparedStatement {
  /** '' is prepared each time. */
  readonly name: string
  readonly text: string
  readonly rows: Row[] = []
  /** What was thrown by what reads the rows. */
  unreadable: Error | undefined
  readonly #values: WireValue[]
  #known: Map<string, Columns> | undefined
  #columns: Columns | undefined

  constructor({ name, text, values }: { name: string; text: string; values: WireValue[] }) {
    this.name = name
    this.text = text
    this.#values = values
  }

  /** What Postgres is to be told, but for the Sync. */
  messagesTo(connection: Wire): Buffer[] {
    const { name, text } = this
    this.#known = columnsOf.get(connection)
    if (!this.#known) columnsOf.set(connection, (this.#known = new Map<string, Columns>()))
    this.#columns = this.#known.get(name)
    const isPrepared =
      (connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]) !== undefined
    const messages = [serialize.bind({ statement: name, values: this.#values })]
    if (!isPrepared) messages.unshift(serialize.parse({ name, text }))
    if (!this.#columns) messages.push(DESCRIBE)
    messages.push(EXECUTE)
    if (!isPrepared && name !== '') connection.submittedNamedStatements[name] = text
    return messages
  }

  describe(fields: { name: string; dataTypeID: number }[]): void {
    const names = fields.map(({ name }) => name)
    this.#columns = {
      names,
      parsers: fields.map(({ dataTypeID }) => parserOf(dataTypeID)),
      allNull: Object.fromEntries(names.map((name) => [name, null])),
    }
    // Without a name it is prepared again each time, and may be any.
    if (this.name !== '') this.#known?.set(this.name, this.#columns)
  }

  read(fields: (string | null)[]): void {
    if (this.unreadable) return
    try {
      this.rows.push(toRow(fields, this.#columns))
    } catch (error) {
      this.unreadable = error as Error
    }
  }
}

function toRow(fields: (string | null)[], columns: Columns | undefined): Row {
  const { names = [], parsers = [], allNull } = columns ?? {}
  // A copy has its members at once; to add them one by one takes several times as long.
  const row: Row = { ...allNull }
  for (let column = 0; column < names.length; column += 1) {
    const text = fields[column] ?? null
    if (text !== null) row[names[column] ?? ''] = parsers[column]?.(text)
  }
  return row
}
