import type { ErrorCode } from './generated/contract.ts'

export type FieldError = {
  /** Path of the field, with dots between levels; empty for the whole input. */
  path: string
  message: string
}

/**
 * A code of the service, or `HTTP_502` or similar from a proxy in front of it. A newer service may send codes that this
 * version of the SDK does not list, so always handle unknown codes.
 */
export type TodoErrorCode = ErrorCode | `HTTP_${number}`

type Details = {
  status: number
  code: TodoErrorCode
  errors?: FieldError[] | undefined
  requestId?: string | undefined
  retryAfterSeconds?: number | undefined
}

/** The service responded with an error. */
export class TodoApiError extends Error {
  /** The HTTP status. */
  readonly status: number
  /** A stable code for programs. */
  readonly code: TodoErrorCode
  /** The invalid fields of the input, at most 20. */
  readonly errors: readonly FieldError[]
  /** Identifies the request in the service's logs. */
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, { status, code, errors = [], requestId, retryAfterSeconds }: Details) {
    super(message)
    this.name = 'TodoApiError'
    this.status = status
    this.code = code
    this.errors = errors
    this.requestId = requestId
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The service could not be reached, or the response was not from the service. */
export class TodoNetworkError extends Error {
  override readonly name = 'TodoNetworkError'
}

/** No response arrived in time. */
export class TodoTimeoutError extends Error {
  override readonly name = 'TodoTimeoutError'
}

/** True for a `TodoApiError`, even from another copy of this package. */
export function isTodoApiError(error: unknown): error is TodoApiError {
  return error instanceof Error && error.name === 'TodoApiError'
}

/** The error of a response that does not come from the service, but from a proxy in front of it. */
export function fromForeign({ status, headers }: Pick<Response, 'status' | 'headers'>): TodoApiError {
  return new TodoApiError(`The service responded with status ${status}`, {
    status,
    code: `HTTP_${status}`,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: secondsOf(headers.get('retry-after')),
  })
}

type TrpcError = Error & {
  data?: ErrorData | null
  meta?: { response?: Response } | undefined
}

type ErrorData = {
  /** tRPC's own status; `status` is the status that REST sends. */
  httpStatus?: number
  status?: number
  code?: string
  reason?: string
  errors?: FieldError[]
  requestId?: string
  retryAfterSeconds?: number
}

/** Turns an error of tRPC's client into one of the SDK. */
export function fromTrpc(error: unknown): TodoApiError | TodoNetworkError {
  const { message, data, meta, cause } = error as TrpcError
  if (cause instanceof TodoApiError) return cause
  const { response } = meta ?? {}
  if (data?.httpStatus !== undefined) {
    const { httpStatus, status = httpStatus, reason, code = `HTTP_${status}`, errors, requestId } = data
    const retryAfterSeconds = data.retryAfterSeconds ?? secondsOf(response?.headers.get('retry-after'))
    return new TodoApiError(message, {
      status,
      code: (reason ?? code) as TodoErrorCode,
      errors,
      requestId,
      retryAfterSeconds,
    })
  }
  if (response && !response.ok) return fromForeign(response)
  return new TodoNetworkError(message, { cause: error })
}

/** Retry-After is a number of seconds or a date: RFC 9110, 10.2.3. */
function secondsOf(retryAfter: string | null | undefined): number | undefined {
  if (retryAfter == null) return undefined
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}
