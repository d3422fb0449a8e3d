import type { Connection, DatabaseError, Pool, Submittable } from 'pg'
import { type Parser, parserOf, toWire } from './wire-values.ts'

export type Row = Record<string, unknown>
/** How the rows of a statement are read. */
type Columns = { names: string[]; parsers: Parser[]; allNull: Row }

/** What of a connection of `pg` its types leave out. */
type Wire = Connection & {
  stream: { cork: () => void; uncork: () => void }
  /** Text by name: prepared, and on the way. */
  parsedStatements: Record<string, string | undefined>
  submittedNamedStatements: Record<string, string | undefined>
  parse: (message: { name: string; text: string }) => void
  bind: (message: {
    statement: string
    values: readonly unknown[]
    valueMapper: (value: unknown) => unknown
  }) => void
  describe: (message: { type: 'P'; name: string }) => void
  execute: (message: object) => void
  sync: () => void
}

/** By connection, as a statement that was prepared before a migration keeps its columns there. */
const columnsOf = new WeakMap<Connection, Map<string, Columns>>()

/**
 * A statement that each connection prepares once. `pg` itself asks for the columns with every execution and makes its
 * readers of them anew, which takes longer than to read the rows (docs/adr/0009-where-the-time-goes.md).
 */
class PreparedStatement implements Submittable {
  readonly name: string
  readonly text: string
  readonly #values: readonly unknown[]
  readonly #done: (error: Error | undefined, rows: Row[]) => void
  readonly #rows: Row[] = []
  #known: Map<string, Columns> | undefined
  #columns: Columns | undefined

  constructor(
    { name, text, values }: { name: string; text: string; values: readonly unknown[] },
    done: (error: Error | undefined, rows: Row[]) => void,
  ) {
    this.name = name
    this.text = text
    this.#values = values
    this.#done = done
  }

  submit(raw: Connection): void {
    const connection = raw as Wire
    const { name, text } = this
    this.#known = columnsOf.get(connection)
    if (!this.#known) columnsOf.set(connection, (this.#known = new Map<string, Columns>()))
    this.#columns = this.#known.get(name)
    connection.stream.cork()
    const isPrepared =
      (connection.parsedStatements[name] ?? connection.submittedNamedStatements[name]) !== undefined
    if (!isPrepared) connection.parse({ name, text })
    if (!isPrepared && name !== '') connection.submittedNamedStatements[name] = text
    connection.bind({ statement: name, values: this.#values, valueMapper: toWire })
    if (!this.#columns) connection.describe({ type: 'P', name: '' })
    connection.execute({})
    connection.sync()
    connection.stream.uncork()
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
    const { names = [], parsers = [], allNull } = this.#columns ?? {}
    // A copy has its members at once; to add them one by one takes several times as long.
    const row: Row = { ...allNull }
    for (let column = 0; column < names.length; column += 1) {
      const text = fields[column] ?? null
      if (text !== null) row[names[column] ?? ''] = parsers[column]?.(text)
    }
    this.#rows.push(row)
  }

  handleCommandComplete(): void {
    // The rows are given when the connection is ready again.
  }

  handleReadyForQuery(): void {
    this.#done(undefined, this.#rows)
  }

  handleError(error: Error): void {
    this.#done(error, [])
  }
}

/**
 * Runs a statement on a connection of the pool, whose connections must have a listener for errors. `name` stands for
 * this text and no other; '' is prepared each time.
 */
export function runPrepared(
  pool: Pool,
  statement: { name: string; text: string; values: readonly unknown[] },
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    pool.connect((failure, client, release) => {
      if (!client) {
        reject(failure ?? new Error('the pool gave no connection'))
        return
      }
      const prepared = new PreparedStatement(statement, (error, rows) => {
        // What Postgres refuses leaves the connection as it was; anything else does not.
        release(error !== undefined && !isOfPostgres(error))
        if (error) reject(error)
        else resolve(rows)
      })
      client.query(prepared)
    })
  })
}

const isOfPostgres = (error: Error) => 'severity' in error && (error as DatabaseError).severity === 'ERROR'
