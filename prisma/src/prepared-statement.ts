import type { Connection, DatabaseError, Pool, Submittable } from 'pg'
import { serialize } from 'pg-protocol'
import { isStalePlan } from './stale-plans.ts'
import { type Parser, type WireValue, parserOf, toWire } from './wire-values.ts'

export type Row = Record<string, unknown>
/** How the rows of a statement are read. */
type Columns = { names: string[]; parsers: Parser[]; allNull: Row }

/** What of a connection of `pg` its types leave out. */
type Wire = Connection & {
  stream: NodeJS.WritableStream
  /** Text by name: prepared, and on the way. */
  parsedStatements: Record<string, string | undefined>
  submittedNamedStatements: Record<string, string | undefined>
  sync: () => void
  sendCopyFail: (reason: string) => void
}

const DESCRIBE = serialize.describe({ type: 'P' })
const EXECUTE_AND_SYNC = Buffer.concat([serialize.execute(), serialize.sync()])

/** By connection, as a statement that was prepared before a migration keeps its columns there. */
const columnsOf = new WeakMap<Connection, Map<string, Columns>>()

/**
 * A statement that each connection prepares once. `pg` itself asks for the columns with every execution and makes its
 * readers of them anew, which takes longer than to read the rows (docs/adr/0009-where-the-time-goes.md).
 */
class PreparedStatement implements Submittable {
  readonly name: string
  readonly text: string
  /** Postgres has answered to the end: its connection is ready for the next. */
  isOver = false
  readonly #values: WireValue[]
  readonly #done: (error: Error | undefined, rows: Row[]) => void
  readonly #rows: Row[] = []
  #known: Map<string, Columns> | undefined
  #columns: Columns | undefined
  #unreadable: Error | undefined

  constructor(
    { name, text, values }: { name: string; text: string; values: WireValue[] },
    done: (error: Error | undefined, rows: Row[]) => void,
  ) {
    this.name = name
    this.text = text
    this.#values = values
    this.#done = done
  }

  submit(raw: Connection): Error | undefined {
    try {
      this.#send(raw as Wire)
      return undefined
    } catch (error) {
      // Thrown, it would be nobody's: we are not called by who waits.
      return error as Error
    }
  }

  #send(connection: Wire): void {
    const { name, text } = this
    this.#known = columnsOf.get(connection)
    if (!this.#known) columnsOf.set(connection, (this.#known = new Map<string, Columns>()))
    this.#columns = this.#known.get(name)
    const isPrepared =
      (connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]) !== undefined
    const messages = [serialize.bind({ statement: name, values: this.#values })]
    if (!isPrepared) messages.unshift(serialize.parse({ name, text }))
    if (!this.#columns) messages.push(DESCRIBE)
    messages.push(EXECUTE_AND_SYNC)
    if (!isPrepared && name !== '') connection.submittedNamedStatements[name] = text
    // To one that has ended nothing is to be said: who waits is told by its end.
    if (connection.stream.writable) connection.stream.write(Buffer.concat(messages))
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    const names = fields.map(({ name }) => name)
    this.#columns = {
      names,
      parsers: fields.map(({ dataTypeID }) => parserOf(dataTypeID)),
      allNull: Object.fromEntries(names.map((name) => [name, null])),
    }
    // Without a name it is prepared again each time, and may be any.
    if (this.name !== '') this.#known?.set(this.name, this.#columns)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#unreadable) return
    try {
      this.#rows.push(toRow(fields, this.#columns))
    } catch (error) {
      this.#unreadable = error as Error
    }
  }

  handleCommandComplete(): void {
    // The rows are given when the connection is ready again.
  }

  handleEmptyQuery(): void {
    // In place of a command's end, where there is no command.
  }

  handleCopyInResponse(connection: Wire): void {
    connection.sendCopyFail('a statement has no source to copy from')
    // Postgres skips the one that came with the statement, as it reads what to copy.
    connection.sync()
  }

  handleCopyData(): void {
    // What is copied to us is no rows.
  }

  handleReadyForQuery(): void {
    this.isOver = true
    this.#done(this.#unreadable, this.#rows)
  }

  handleError(error: Error): void {
    this.#done(error, [])
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

/**
 * Runs a statement on a connection of the pool, whose connections must have a listener for errors. `name` stands for
 * this text and no other; '' is prepared each time.
 */
export function runPrepared(
  pool: Pool,
  { name, text, values }: { name: string; text: string; values: readonly unknown[] },
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    // Before there is a connection to lose: a value may have no text.
    const texts = values.map((value) => toWire(value))
    pool.connect((failure, client, release) => {
      if (!client) {
        reject(failure ?? new Error('the pool gave no connection'))
        return
      }
      const run = (as: string) => {
        const prepared = new PreparedStatement({ name: as, text, values: texts }, (error, rows) => {
          if (isStalePlan(error) && as !== '') {
            run('')
            return
          }
          // What Postgres refuses, or we cannot read, leaves the connection as it was; anything else does not.
          release(error !== undefined && !prepared.isOver && !isOfPostgres(error))
          if (error) reject(error)
          else resolve(rows)
        })
        client.query(prepared)
      }
      run(name)
    })
  })
}

const isOfPostgres = (error: Error) => 'severity' in error && (error as DatabaseError).severity === 'ERROR'
