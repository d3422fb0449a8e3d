import { DomainError, type Reader, type Replication, isStatementTimeout, isUnavailable } from '@todo/core'

/** The part of a request's context that routes reads to replicas. */
export type Consistency = {
  replication: Replication
  /** The caller's consistency token: what it has seen. */
  token: string | undefined
  /** Called with the token of what the caller has seen after this call. */
  onToken: (token: string) => void
}

type Result = { ok: true } | { ok: false; error: { cause?: Error | undefined } }

/**
 * Calls a query on a replica that has everything that the caller has seen, and a mutation on the primary. A query that
 * fails because of its replica is called once more on the primary.
 */
export async function readYourWrites<R extends Result>(
  { replication, token, onToken }: Consistency,
  type: string,
  call: (reader: Reader) => Promise<R>,
): Promise<R> {
  const { primary } = replication

  async function attempt(reader: Reader): Promise<R> {
    const result = await call(reader)
    if (result.ok && type === 'query') onToken(await reader.token())
    // A write is committed by now. Reporting it as failed would make the client repeat it.
    else if (result.ok || revealsRows(result.error.cause)) await reader.token().then(onToken, () => undefined)
    return result
  }

  const reader = type === 'query' ? await replication.readerFor(token) : primary
  if (reader === primary) return attempt(primary)
  const result = await attempt(reader).catch(() => undefined)
  if (result && (result.ok || !isFault(result.error.cause))) return result
  replication.suspect(reader)
  return attempt(primary)
}

/** True for an error that depends on rows, such as VERSION_MISMATCH: the caller has seen them. */
const revealsRows = (cause: unknown) => cause instanceof DomainError && cause.kind !== 'UNAUTHORIZED'

/** A statement timeout is no fault of the replica: the statement would be slow on the primary, too. */
const isFault = (cause: unknown) => isUnavailable(cause) && !isStatementTimeout(cause)
