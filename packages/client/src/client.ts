import { TodoApiError, TodoTimeoutError, fromTrpc } from './errors.ts'
import { type Tokens, operations } from './generated/contract.ts'
import { allItems } from './pages.ts'
import { isTransient, pause, pauseMs, untilAborted } from './retry.ts'
import { fixedCredentials, memoryStore, sessionCredentials } from './session.ts'
import { createSend } from './transport.ts'
import type { CallOptions, TodoClient, TodoClientOptions } from './types.ts'

const WITHOUT_TOKEN = new Set(['auth.signUp', 'auth.logIn', 'auth.refresh'])

/** Creates a client of the service: `client.todos.list({ completed: false })`. */
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
      return await withRetries(path, input, { signal: either, deadline: performance.now() + timeoutMs })
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (timeout.aborted)
        throw new TodoTimeoutError(`${path}: no response within ${timeoutMs} ms`, { cause: error })
      throw error
    }
  }

  async function withRetries(
    path: string,
    input: unknown,
    { signal, deadline }: { signal: AbortSignal; deadline: number },
  ): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withToken(path, input, signal)
      } catch (error) {
        if (signal.aborted || attempt >= attempts || !isTransient(error) || !isRepeatable(path, input))
          throw error
        const waitMs = pauseMs(error, attempt, retry || {})
        // The next attempt would only time out, and this error is more helpful.
        if (performance.now() + waitMs >= deadline) throw error
        await pause(waitMs, signal)
      }
    }
  }

  async function withToken(path: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (WITHOUT_TOKEN.has(path)) return attempt(path, input, { token: undefined, signal })
    const token = await untilAborted(credentials.accessToken(), signal)
    try {
      return await attempt(path, input, { token, signal })
    } catch (error) {
      if (!(error instanceof TodoApiError) || error.status !== 401) throw error
      const renewed = await untilAborted(credentials.renew(token), signal)
      if (renewed === undefined) throw error
      return attempt(path, input, { token: renewed, signal })
    }
  }

  async function attempt(...[path, input, request]: Parameters<typeof send>): Promise<unknown> {
    try {
      return await untilAborted(send(path, input, request), request.signal)
    } catch (error) {
      throw request.signal.aborted ? request.signal.reason : fromTrpc(error)
    }
  }

  /** Calls an operation, and keeps the session up to date when it logs in or out. */
  async function operation(path: string, input: unknown, callOptions: CallOptions = {}): Promise<unknown> {
    if (path === 'auth.logIn' || path === 'auth.refresh') {
      const own = path === 'auth.refresh' ? { refreshToken: (await store.get())?.refreshToken } : {}
      const tokens = (await call(path, { mode, ...own, ...(input as object) }, callOptions)) as Tokens
      await credentials.accept(tokens)
      return tokens
    }
    const output = await call(path, input, callOptions)
    if (path === 'auth.logOut' || path === 'auth.logOutEverywhere' || path === 'me.delete')
      await credentials.accept(null)
    return output
  }

  const client: Record<string, Record<string, unknown>> = {}
  for (const [path, { paginated, optionalInput }] of Object.entries(operations)) {
    const [family = '', name = ''] = path.split('.')
    const run = (input: unknown = optionalInput ? {} : undefined, callOptions?: CallOptions) =>
      operation(path, input, callOptions)
    const all = (input?: Record<string, unknown>, callOptions?: CallOptions) =>
      allItems(run as never, input, callOptions)
    client[family] = { ...client[family], [name]: paginated ? Object.assign(run, { all }) : run }
  }
  return client as TodoClient
}

/** True if the call can be sent again although the first attempt may have succeeded. */
function isRepeatable(path: string, input: unknown): boolean {
  const { idempotent, createsById } = operations[path] ?? {}
  const { id } = (input ?? {}) as { id?: unknown }
  return idempotent === true || (createsById === true && id !== undefined)
}
