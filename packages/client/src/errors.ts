export type FieldError = {
  /** Member of the input, with dots between levels. */
  path: string
  message: string
}

type Details = {
  status: number
  code: string
  errors?: FieldError[] | undefined
  requestId?: string | undefined
  retryAfterSeconds?: number | undefined
}

/** The service answered with an error. */
export class TodoApiError extends Error {
  /** HTTP status. */
  readonly status: number
  /** Stable, upper case: 'TODO_NOT_FOUND'. */
  readonly code: string
  /** Which members of the input are wrong. */
  readonly errors: readonly FieldError[]
  /** Names the request in the service's logs. */
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

/** The service could not be reached, or what answered was not the service. */
export class TodoNetworkError extends Error {
  override readonly name = 'TodoNetworkError'
}

/** There was no answer in time. */
export class TodoTimeoutError extends Error {
  override readonly name = 'TodoTimeoutError'
}

/** Whether the service refused; also for an error of another copy of this package. */
export function isTodoApiError(error: unknown): error is TodoApiError {
  return error instanceof Error && error.name === 'TodoApiError'
}

/** What a proxy on the way answered, in a format of its own. */
export function fromForeign({ status, headers }: Pick<Response, 'status' | 'headers'>): TodoApiError {
  return new TodoApiError(`The service answered with status ${status}`, {
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
  httpStatus?: number
  code?: string
  reason?: string
  errors?: FieldError[]
  requestId?: string
  retryAfterSeconds?: number
}

/** An error of tRPC's client in the SDK's words. */
export function fromTrpc(error: unknown): TodoApiError | TodoNetworkError {
  const { message, data, meta, cause } = error as TrpcError
  if (cause instanceof TodoApiError) return cause
  const { response } = meta ?? {}
  if (data?.httpStatus !== undefined) {
    const { httpStatus: status, reason, code = `HTTP_${status}`, errors, requestId } = data
    const retryAfterSeconds = data.retryAfterSeconds ?? secondsOf(response?.headers.get('retry-after'))
    return new TodoApiError(message, { status, code: reason ?? code, errors, requestId, retryAfterSeconds })
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
