import { describe, expect, test } from 'vitest'
import {
  type StoredSession,
  TodoApiError,
  TodoNetworkError,
  TodoTimeoutError,
  createTodoClient,
} from '../src/index.ts'
import { startSampleService } from './sample-service.ts'

const LOG_IN = { email: 'ada@example.com', password: 'correct horse battery' }
const id = '01900000-0000-7000-8000-000000000000'
const quick = { attempts: 3, baseMs: 1, maxMs: 5 }

describe('session', () => {
  test('a log-in is stored and its token sent', async () => {
    await using service = await startSampleService()
    const changes: (StoredSession | null)[] = []
    const client = createTodoClient({ url: service.url, onSessionChange: (session) => changes.push(session) })
    await client.auth.logIn(LOG_IN)
    expect(await client.me.get()).toEqual({ displayName: 'Ada' })
    await client.auth.logOut()
    expect(changes.map((session) => session?.accessToken ?? null)).toEqual(['token 1', null])
    await expect(client.me.get()).rejects.toMatchObject({ status: 401, code: 'TOKEN_EXPIRED' })
  })

  test('many calls with an expired token share one refresh', async () => {
    await using service = await startSampleService()
    const client = createTodoClient({ url: service.url, batch: false })
    service.state.expiresIn = 0
    await client.auth.logIn(LOG_IN)
    service.state.expiresIn = 900
    await Promise.all(Array.from({ length: 20 }, () => client.me.get()))
    expect(service.state.refreshes).toBe(1)
  })

  test('many calls whose token is refused share one refresh and are sent again', async () => {
    await using service = await startSampleService()
    const client = createTodoClient({ url: service.url, batch: false })
    await client.auth.logIn(LOG_IN)
    service.state.valid = 'another, since the key was changed'
    const results = await Promise.all(Array.from({ length: 20 }, () => client.me.get()))
    expect(results).toHaveLength(20)
    expect(service.state.refreshes).toBe(1)
  })

  test('a refused refresh ends the session; a lost connection does not', async () => {
    await using service = await startSampleService()
    const changes: (StoredSession | null)[] = []
    const client = createTodoClient({
      url: service.url,
      retry: false,
      onSessionChange: (session) => changes.push(session),
    })
    service.state.expiresIn = 0
    await client.auth.logIn(LOG_IN)
    service.state.refreshFails = { destroy: true }
    await expect(client.me.get()).rejects.toThrow(TodoNetworkError)
    expect(changes).toHaveLength(1)
    service.state.refreshFails = { status: 'UNAUTHORIZED' }
    await expect(client.me.get()).rejects.toMatchObject({ status: 401 })
    expect(changes.at(-1)).toBeNull()
  })

  test('the application can provide the token, as a string or a function', async () => {
    await using service = await startSampleService()
    await createTodoClient({ url: service.url, accessToken: 'token 1' }).me.get()
    let asked = 0
    const rotating = createTodoClient({ url: service.url, accessToken: () => `token ${asked++}` })
    await rotating.me.get()
    expect(asked).toBe(2)
    await expect(createTodoClient({ url: service.url, accessToken: 'old' }).me.get()).rejects.toMatchObject({
      status: 401,
    })
  })

  test('in mode cookie requests carry credentials, and a refresh sends no token', async () => {
    await using service = await startSampleService()
    const seen: RequestInit[] = []
    const spy: typeof fetch = (target, init) => {
      if (init) seen.push(init)
      return fetch(target, init)
    }
    const client = createTodoClient({ url: service.url, mode: 'cookie', fetch: spy })
    await client.me.get()
    expect(service.state.refreshes).toBe(1)
    expect(seen.map(({ credentials }) => credentials)).toEqual(['include', 'include'])
    expect(JSON.parse(String(seen[0]?.body))).toEqual({ mode: 'cookie' })
  })
})

describe('retries', () => {
  const client = (url: string, retry: false | typeof quick = quick) =>
    createTodoClient({ url, accessToken: 'token 1', retry })

  test('queries are retried after a lost connection and a proxy error', async () => {
    await using service = await startSampleService()
    service.state.failures.push({ destroy: true }, { html: 502 })
    expect(await client(service.url).me.get()).toEqual({ displayName: 'Ada' })
    expect(service.state.requests).toHaveLength(3)
  })

  test('there are at most `attempts` attempts, and one with retry: false', async () => {
    await using service = await startSampleService()
    service.state.failures.push(...Array.from({ length: 9 }, () => ({ html: 503 })))
    await expect(client(service.url).me.get()).rejects.toMatchObject({ status: 503 })
    expect(service.state.requests).toHaveLength(3)
    await expect(client(service.url, false).me.get()).rejects.toMatchObject({ status: 503 })
    expect(service.state.requests).toHaveLength(4)
  })

  test('only idempotent writes are retried', async () => {
    await using service = await startSampleService()
    const { todos } = client(service.url)
    service.state.failures.push({ destroy: true })
    await expect(todos.create({ title: 'x' })).rejects.toThrow(TodoNetworkError)
    service.state.failures.push({ destroy: true })
    await expect(todos.complete({ id })).rejects.toThrow(TodoNetworkError)
    service.state.failures.push({ destroy: true })
    expect(await todos.create({ id, title: 'x' })).toMatchObject({ id })
    service.state.failures.push({ destroy: true })
    await todos.delete({ id })
  })

  test('a retry waits as Retry-After says, but not past the deadline', async () => {
    await using service = await startSampleService()
    service.state.failures.push({ html: 429, retryAfter: '1' })
    const started = performance.now()
    await client(service.url).me.get()
    expect(performance.now() - started).toBeGreaterThan(990)
    service.state.failures.push({ html: 503, retryAfter: '3600' })
    await expect(client(service.url).me.get()).rejects.toMatchObject({ status: 503, retryAfterSeconds: 3600 })
  })
})

describe('limits', () => {
  test('a call ends at its deadline', async () => {
    await using service = await startSampleService()
    service.state.failures.push({ delayMs: 5_000 })
    const client = createTodoClient({ url: service.url, accessToken: 'token 1', timeoutMs: 100 })
    await expect(client.me.get()).rejects.toThrow(TodoTimeoutError)
  })

  test("an aborted call rejects with its signal's reason, and the others of its batch go on", async () => {
    await using service = await startSampleService()
    service.state.failures.push({ delayMs: 100 })
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    const controller = new AbortController()
    const aborted = client.me.get(undefined, { signal: controller.signal })
    const other = client.todos.get({ id })
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    expect(await other).toEqual({ id })
  })

  test('concurrent calls share a request, at most twenty', async () => {
    await using service = await startSampleService()
    const many = Array.from({ length: 45 }, (_, i) => i)
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    await Promise.all(many.map(() => client.todos.complete({ id })))
    expect(service.state.requests).toHaveLength(3)
    const single = createTodoClient({ url: service.url, accessToken: 'token 1', batch: false })
    await Promise.all(many.map(() => single.me.get()))
    expect(service.state.requests).toHaveLength(48)
  })
})

test('an error has a code, a status, field errors and the request id', async () => {
  await using service = await startSampleService()
  const client = createTodoClient({ url: service.url, accessToken: 'wrong' })
  const error = await client.me.get().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(TodoApiError)
  expect(error).toMatchObject({
    status: 401,
    code: 'TOKEN_EXPIRED',
    requestId: 'request 1',
    errors: [{ path: 'title', message: 'wrong' }],
  })
})

test('all() yields the items of all pages, and fetches no page before it is needed', async () => {
  await using service = await startSampleService()
  const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
  const titles: string[] = []
  for await (const { title } of client.todos.list.all({ completed: false })) titles.push(title)
  expect(titles).toEqual(['0a', '0b', '1a', '1b', '2a', '2b'])
  expect(service.state.calls.map(({ input }) => input)).toEqual([
    { completed: false },
    { completed: false, cursor: '1' },
    { completed: false, cursor: '2' },
  ])
  for await (const _ of client.todos.list.all()) break
  expect(service.state.calls).toHaveLength(4)
})
