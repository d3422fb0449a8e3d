import { ERRORS, RETRY_AFTER_SECONDS, type ErrorKind, type Reason } from './catalogue.ts'

/** An invalid field of the input, such as `labelIds.0`. */
export type FieldError = { path: string; message: string }

type Details = {
  /** More specific than the catalogue's. */
  message?: string
  errors?: FieldError[]
  retryAfterSeconds?: number
}

/** An error that is sent to the caller: `reason` is for programs, `message` for people. */
export class DomainError extends Error {
  readonly reason: Reason
  readonly kind: ErrorKind
  readonly status: number
  readonly errors: FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(reason: Reason, { message, errors, retryAfterSeconds }: Details = {}) {
    const { kind, status, message: usual } = ERRORS[reason]
    super(message ?? usual)
    this.name = 'DomainError'
    this.reason = reason
    this.kind = kind
    this.status = status
    this.errors = errors
    this.retryAfterSeconds = retryAfterSeconds ?? RETRY_AFTER_SECONDS[kind]
  }
}

/** The error for a field that breaks a rule its schema cannot check. */
export function invalidField(path: string, message: string): DomainError {
  return new DomainError('VALIDATION_FAILED', { message, errors: [{ path, message }] })
}

/** @throws DomainError VERSION_MISMATCH when the caller expects another version */
export function requireVersion(row: { version: number }, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && row.version !== ifVersion) throw new DomainError('VERSION_MISMATCH')
}
