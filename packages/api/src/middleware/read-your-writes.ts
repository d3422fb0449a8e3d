import { DomainError, type Reader, type Replication, isStatementTimeout, isUnavailable } from '@todo/core'

/** The part of a request's context that routes reads to replicas. */
export type Consistency = {
  replication: Replication
  /** The caller's consistency token. It stands for everything the caller has seen. */
  token: string | undefined
  /** Called after each call with the caller's new token. */
  onToken: (token: string) => void
}

type Result = { ok: true } | { ok: false; error: { cause?: Error | undefined } }

/**
 * Runs a query on a replica that has everything the caller has seen, and a mutation on the primary. A query that fails
 * because of its replica is retried once on the primary.
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
    else if (result.ok || revealsRows(result.error.cause)) onToken(await replication.tokenAfterWrite())
    return result
  }

  const reader = type === 'query' ? await replication.readerFor(token) : primary
  if (reader === primary) return attempt(primary)
  const result = await attempt(reader).catch(() => undefined)
  if (result && (result.ok || !isFault(result.error.cause))) return result
  replication.suspect(reader)
  return attempt(primary)
}

/** True for an error that depends on rows, such as VERSION_MISMATCH: it tells the caller something about them. */
const revealsRows = (cause: unknown) => cause instanceof DomainError && cause.kind !== 'UNAUTHORIZED'

/** A statement timeout is not the replica's fault: the statement would be slow on the primary, too. */
const isFault = (cause: unknown) => isUnavailable(cause) && !isStatementTimeout(cause)
