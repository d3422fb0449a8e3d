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

type TrpcError = {
  message: string
  data?: Record<string, unknown> | null
  meta?: { response?: { status?: number; headers?: Headers } } | undefined
}

/** An error of tRPC's client in the SDK's words. */
export function fromTrpc(error: unknown): TodoApiError | TodoNetworkError {
  const { message, data, meta } = error as TrpcError
  const { response } = meta ?? {}
  const retryAfter = Number(
    response?.headers?.get('retry-after') ?? data?.['retryAfterSeconds'] ?? Number.NaN,
  )
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined
  if (data && typeof data['httpStatus'] === 'number') {
    const {
      httpStatus: status,
      reason,
      errors,
      requestId,
    } = data as {
      httpStatus: number
      reason?: string
      errors?: FieldError[]
      requestId?: string
    }
    return new TodoApiError(message, {
      status,
      code: reason ?? String(data['code']),
      errors,
      requestId,
      retryAfterSeconds,
    })
  }
  if (response?.status !== undefined && response.status >= 400) {
    // A proxy on the way answered in its own format.
    const code = response.status === 429 ? 'TOO_MANY_REQUESTS' : 'BAD_GATEWAY'
    return new TodoApiError(`status ${response.status}`, { status: response.status, code, retryAfterSeconds })
  }
  return new TodoNetworkError(message, { cause: error })
}
