import { DomainError, type Reader, type Replication, isStatementTimeout, isUnavailable } from '@todo/core'

/** What a request brings when reads may be served by replicas. */
export type Consistency = {
  replication: Replication
  /** Stands for what the caller has seen. */
  token: string | undefined
  /** Told of what the caller will have seen with this answer. */
  onToken: (token: string) => void
}

type Result = { ok: true } | { ok: false; error: { cause?: Error | undefined } }

/**
 * Calls a procedure on the server that its kind asks for: a query where everything is that the caller has seen, else on
 * the primary. A query that fails because of its server is called once more there.
 */
export async function readYourWrites<R extends Result>(
  { replication, token, onToken }: Consistency,
  type: string,
  call: (reader: Reader) => Promise<R>,
): Promise<R> {
  const { primary } = replication

  async function attempt(reader: Reader): Promise<R> {
    const result = await call(reader)
    if (result.ok) onToken(await reader.token())
    else if (tellsOfRows(result.error.cause)) await reader.token().then(onToken, () => undefined)
    return result
  }

  const reader = type === 'query' ? await replication.readerFor(token) : primary
  if (reader === primary) return attempt(primary)
  const result = await attempt(reader).catch(() => undefined)
  if (result && (result.ok || !isFault(result.error.cause))) return result
  replication.suspect(reader)
  return attempt(primary)
}

/** A refusal, too, may tell what is there: that a version is another, that an id is in use. */
const tellsOfRows = (cause: unknown) => cause instanceof DomainError && cause.kind !== 'UNAUTHORIZED'

/** What is slow on a replica would be slow on the primary. */
const isFault = (cause: unknown) => isUnavailable(cause) && !isStatementTimeout(cause)
