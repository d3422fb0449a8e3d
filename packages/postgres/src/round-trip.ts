import type { Connection, DatabaseError, Pool, PoolClient, Submittable } from 'pg'
import { serialize } from 'pg-protocol'
import { PreparedStatement, type Row, type Wire } from './prepared-statement.ts'
import { isStalePlan } from './stale-plans.ts'
import type { WireValue } from './wire-values.ts'

/** A statement, and who waits for it. */
export type Asked = {
  /** Stands for this text and no other; '' is prepared each time. */
  name: string
  text: string
  values: WireValue[]
  resolve: (rows: Row[]) => void
  reject: (error: Error) => void
}

const SYNC = serialize.sync()

/** Statements that are sent at once: one write, one answer, one transaction. */
class RoundTrip implements Submittable {
  /** Which one Postgres answers. */
  at = 0
  readonly statements: readonly PreparedStatement[]
  readonly #done: (error: Error | undefined) => void

  constructor(statements: readonly PreparedStatement[], done: (error: Error | undefined) => void) {
    this.statements = statements
    this.#done = done
  }

  /** `pg` notes under them what is prepared. */
  get name() {
    return this.statements[this.at]?.name ?? ''
  }
  get text() {
    return this.statements[this.at]?.text ?? ''
  }

  submit(raw: Connection): Error | undefined {
    const connection = raw as Wire
    try {
      const messages: Buffer[] = []
      for (const statement of this.statements) messages.push(...statement.messagesTo(connection))
      messages.push(SYNC)
      // To one that has ended nothing is to be said: who waits is told by its end.
      if (connection.stream.writable) connection.stream.write(Buffer.concat(messages))
      return undefined
    } catch (error) {
      // Thrown, it would be nobody's: we are not called by who waits.
      return error as Error
    }
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.statements[this.at]?.describe(fields)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.statements[this.at]?.read(fields)
  }

  handleCommandComplete(): void {
    this.at += 1
  }

  /** In place of a command's end, where there is no command. */
  handleEmptyQuery(): void {
    this.at += 1
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
    this.#done(undefined)
  }

  handleError(error: Error, connection: Wire): void {
    // What comes after it Postgres has skipped, and so not prepared.
    for (const { name } of this.statements.slice(this.at)) delete connection.submittedNamedStatements[name]
    this.#done(error)
  }
}

/**
 * Runs statements on a connection of the pool, whose connections must have a listener for errors. More than one must be
 * reads: where one fails those before it are rolled back, and those after it run again.
 */
export function runTogether(pool: Pool, asked: readonly Asked[]): void {
  pool.connect((failure, client, release) => {
    if (client) send({ pool, client, release }, asked)
    else rejectAll(asked, failure ?? new Error('the pool gave no connection'))
  })
}

type Lease = { pool: Pool; client: PoolClient; release: (isBroken?: boolean) => void }

function send(lease: Lease, asked: readonly Asked[]): void {
  const { client, release } = lease
  const statements = asked.map((one) => new PreparedStatement(one))
  const trip = new RoundTrip(statements, (error) => {
    if (!error) {
      release()
      answer(asked, statements)
    } else if (isOfPostgres(error)) {
      // What fails with the commit is told when all have been answered.
      refuse(lease, { asked, statements, error, at: Math.min(trip.at, asked.length - 1) })
    } else {
      release(true)
      rejectAll(asked, error)
    }
  })
  client.query(trip)
}

type Refused = { asked: readonly Asked[]; statements: readonly PreparedStatement[]; error: Error; at: number }

/** Postgres has refused the statement `at`, which leaves the connection as it was. */
function refuse(lease: Lease, { asked, statements, error, at }: Refused): void {
  const unanswered = asked.slice(at)
  const [failed, ...skipped] = unanswered
  if (failed && failed.name !== '' && isStalePlan(error)) {
    const unnamed = unanswered.map((one) => ({ ...one, name: '' }))
    send(lease, unnamed)
  } else {
    lease.release()
    failed?.reject(error)
    // One by one: where a lock is waited for in vain, so would all of them have to, one after the other.
    for (const one of skipped) runTogether(lease.pool, [one])
  }
  answer(asked.slice(0, at), statements)
}

function answer(asked: readonly Asked[], statements: readonly PreparedStatement[]): void {
  asked.forEach(({ resolve, reject }, at) => {
    const { unreadable, rows = [] } = statements[at] ?? {}
    if (unreadable) reject(unreadable)
    else resolve(rows)
  })
}

const rejectAll = (asked: readonly Asked[], error: Error) => asked.forEach(({ reject }) => reject(error))

const isOfPostgres = (error: Error) => 'severity' in error && (error as DatabaseError).severity === 'ERROR'
