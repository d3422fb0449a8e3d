/** What kind of refusal it is; the API maps each kind to one HTTP status and one tRPC code. */
export type DomainErrorCode =
  | 'MALFORMED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'GONE'
  | 'PRECONDITION_FAILED'
  | 'UNPROCESSABLE'
  | 'UNAVAILABLE'

export type FieldError = { path: string; message: string }

type Details = { errors?: FieldError[]; retryAfterSeconds?: number }

/** A rule of the domain says no. `reason` is stable, for programs; `message` is for people. */
export class DomainError extends Error {
  readonly code: DomainErrorCode
  readonly reason: string
  readonly errors: FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: DomainErrorCode, [reason, message]: [string, string], details: Details = {}) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.reason = reason
    this.errors = details.errors
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** The same answer for what does not exist and for what belongs to somebody else. */
export function notFound(what: 'list' | 'todo' | 'label' | 'session' | 'account'): DomainError {
  return new DomainError('NOT_FOUND', [`${what.toUpperCase()}_NOT_FOUND`, `There is no such ${what}.`])
}

/** Somebody changed the row after the version that the caller named. */
export function versionMismatch(): DomainError {
  const message = 'It was changed in the meantime: read it again.'
  return new DomainError('PRECONDITION_FAILED', ['VERSION_MISMATCH', message])
}

/** @throws DomainError PRECONDITION_FAILED when the caller wants another version */
export function requireVersion(row: { version: number }, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && row.version !== ifVersion) throw versionMismatch()
}

/** An id that the caller chose is in use. */
export function idTaken(): DomainError {
  return new DomainError('CONFLICT', ['ID_TAKEN', 'This id is in use.'])
}

/** One field breaks a rule that needs more than the field to know. */
export function invalidField(path: string, message: string): DomainError {
  return new DomainError('UNPROCESSABLE', ['VALIDATION_FAILED', message], { errors: [{ path, message }] })
}
