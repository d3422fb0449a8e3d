import { TodoTimeoutError, TodoApiError, fromTrpc } from './errors.ts'
import { type Tokens, operations } from './generated/contract.ts'
import { allItems } from './pages.ts'
import { isTransient, pause, pauseMs } from './retry.ts'
import { fixedCredentials, memoryStore, sessionCredentials } from './session.ts'
import { createSend } from './transport.ts'
import type { CallOptions, TodoClient, TodoClientOptions } from './types.ts'

const WITHOUT_TOKEN = new Set(['auth.signUp', 'auth.logIn', 'auth.refresh'])

/** A client of the service: `client.todos.list({ completed: false })`. */
export function createTodoClient(options: TodoClientOptions): TodoClient {
  const {
    accessToken,
    mode = 'body',
    store = memoryStore(),
    retry = {},
    timeoutMs: defaultTimeoutMs = 30_000,
  } = options
  const send = createSend(options)
  const attempts = retry === false ? 1 : (retry.attempts ?? 3)

  const refresh = (refreshToken: string | undefined) =>
    call('auth.refresh', { mode, refreshToken }, {}) as Promise<Tokens>
  const credentials =
    accessToken === undefined
      ? sessionCredentials({ store, mode, refresh, onChange: options.onSessionChange })
      : fixedCredentials(accessToken)

  async function call(
    path: string,
    input: unknown,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions,
  ): Promise<unknown> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout
    try {
      return await withRetries(path, input, either)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (timeout.aborted)
        throw new TodoTimeoutError(`${path}: no answer within ${timeoutMs} ms`, { cause: error })
      throw error
    }
  }

  async function withRetries(path: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withToken(path, input, signal)
      } catch (error) {
        if (signal.aborted || attempt >= attempts || !isTransient(error) || !isRepeatable(path, input))
          throw error
        await pause(pauseMs(error, attempt, retry || {}), signal)
      }
    }
  }

  async function withToken(path: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (WITHOUT_TOKEN.has(path)) return attempt(path, input, { token: undefined, signal })
    const token = await credentials.accessToken()
    try {
      return await attempt(path, input, { token, signal })
    } catch (error) {
      if (!(error instanceof TodoApiError) || error.status !== 401) throw error
      const renewed = await credentials.renew(token)
      if (renewed === undefined) throw error
      return attempt(path, input, { token: renewed, signal })
    }
  }

  async function attempt(...[path, input, request]: Parameters<typeof send>): Promise<unknown> {
    try {
      return await send(path, input, request)
    } catch (error) {
      throw request.signal.aborted ? request.signal.reason : fromTrpc(error)
    }
  }

  /** What a call means to the session, beside its answer. */
  async function operation(path: string, input: unknown, callOptions: CallOptions = {}): Promise<unknown> {
    if (path === 'auth.logIn') {
      const tokens = (await call(path, { mode, ...(input as object) }, callOptions)) as Tokens
      await credentials.accept(tokens)
      return tokens
    }
    const output = await call(path, input, callOptions)
    if (path === 'auth.logOut' || path === 'auth.logOutEverywhere' || path === 'me.delete')
      await credentials.accept(null)
    return output
  }

  const client: Record<string, Record<string, unknown>> = {}
  for (const path of Object.keys(operations)) {
    const [family = '', name = ''] = path.split('.')
    const run = (input?: unknown, callOptions?: CallOptions) => operation(path, input, callOptions)
    const all = (input?: Record<string, unknown>, callOptions?: CallOptions) =>
      allItems(run as never, input, callOptions)
    client[family] = { ...client[family], [name]: Object.assign(run, { all }) }
  }
  return client as TodoClient
}

/** Whether the call may be sent again when nobody knows what became of it. */
function isRepeatable(path: string, input: unknown): boolean {
  const { idempotent = false, createsById = false } = operations[path] ?? {}
  return idempotent || (createsById && typeof input === 'object' && input !== null && 'id' in input)
}
