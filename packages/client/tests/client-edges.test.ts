import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  type StoredSession,
  TodoNetworkError,
  TodoTimeoutError,
  createTodoClient,
  isTodoApiError,
} from '../src/index.ts'
import { startSampleService } from './sample-service.ts'

const LOG_IN = { email: 'ada@example.com', password: 'correct horse battery' }
const id = '01900000-0000-7000-8000-000000000000'

/** Sends the same response to every request, like a proxy that does not know tRPC. */
async function startProxy(status: number, { type, body }: { type: string; body: string }) {
  const server = createServer((_, res) => res.writeHead(status, { 'content-type': type }).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('tokens', () => {
  test('calls with different tokens never share a request', async () => {
    await using service = await startSampleService()
    const tokens = ['wrong', 'token 1']
    const client = createTodoClient({ url: service.url, accessToken: () => tokens.shift() ?? 'wrong' })
    const [first, second] = await Promise.allSettled([client.todos.get({ id }), client.todos.get({ id })])
    expect(first).toMatchObject({ status: 'rejected', reason: { status: 401 } })
    expect(second).toEqual({ status: 'fulfilled', value: { id } })
  })

  test('a log-in survives the refusal of a refresh that began before it', async () => {
    await using service = await startSampleService()
    const changes: (StoredSession | null)[] = []
    const client = createTodoClient({ url: service.url, onSessionChange: (session) => changes.push(session) })
    service.state.expiresIn = 0
    await client.auth.logIn(LOG_IN)
    service.state.failures.push({ delayMs: 200 })
    service.state.refreshFails = { status: 'UNAUTHORIZED' }
    const call = client.me.get()
    await expect.poll(() => service.state.requests.length).toBe(2)
    service.state.expiresIn = 900
    service.state.valid = 'token of the second log-in'
    await client.auth.logIn(LOG_IN)
    expect(await call).toEqual({ displayName: 'Ada' })
    expect(changes.at(-1)?.accessToken).toBe('token of the second log-in')
  })

  test('calling auth.refresh renews the session', async () => {
    await using service = await startSampleService()
    const bodies: unknown[] = []
    const spy: typeof fetch = (target, init) => {
      bodies.push(init?.body)
      return fetch(target, init)
    }
    const client = createTodoClient({ url: service.url, fetch: spy })
    await client.auth.logIn(LOG_IN)
    await client.auth.refresh()
    expect(JSON.parse(String(bodies[1]))).toEqual({ mode: 'body', refreshToken: 'refresh 0' })
    await client.me.get()
    expect(service.state.refreshes).toBe(1)
  })

  test('a store carries the session from one client to the next', async () => {
    await using service = await startSampleService()
    let kept: string | null = null
    const store = {
      get: async () => (kept === null ? null : (JSON.parse(kept) as StoredSession)),
      set: async (session: StoredSession | null) => void (kept = session && JSON.stringify(session)),
    }
    await createTodoClient({ url: service.url, store }).auth.logIn(LOG_IN)
    const next = createTodoClient({ url: service.url, store })
    expect(await next.me.get()).toEqual({ displayName: 'Ada' })
    await next.auth.logOut()
    expect(kept).toBeNull()
  })

  test('a call that waits for a refresh can be aborted and can time out', async () => {
    await using service = await startSampleService()
    const client = createTodoClient({ url: service.url })
    service.state.expiresIn = 0
    await client.auth.logIn(LOG_IN)
    service.state.failures.push({ delayMs: 1_000 })
    const controller = new AbortController()
    const late = client.me.get(undefined, { timeoutMs: 50 })
    const unwanted = client.me.get(undefined, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(unwanted).rejects.toThrow('enough')
    await expect(late).rejects.toThrow(TodoTimeoutError)
    expect(service.state.refreshes).toBe(0)
  })
})

describe('responses of a proxy', () => {
  test.for([
    [404, 'text/html', '<h1>Not here</h1>'],
    [429, 'application/problem+json', '{"title":"Slow down"}'],
  ] as const)('%i %s is an API error with that status', async ([status, type, body]) => {
    await using proxy = await startProxy(status, { type, body })
    const client = createTodoClient({ url: proxy.url, accessToken: 'x', retry: false })
    const error = await client.me.get().catch((thrown: unknown) => thrown)
    expect(isTodoApiError(error)).toBe(true)
    expect(error).toMatchObject({ status, code: `HTTP_${status}`, errors: [] })
  })

  test('an HTML page with status 200 is a network error', async () => {
    await using proxy = await startProxy(200, { type: 'text/html', body: '<h1>Log in to the Wi-Fi</h1>' })
    const client = createTodoClient({ url: proxy.url, accessToken: 'x', retry: false })
    const error = await client.me.get().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TodoNetworkError)
    expect(isTodoApiError(error)).toBe(false)
  })
})

describe('waiting', () => {
  test('a pause between attempts can be aborted', async () => {
    await using service = await startSampleService()
    service.state.failures.push({ html: 503, retryAfter: '20' })
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    const controller = new AbortController()
    const call = client.me.get(undefined, { signal: controller.signal })
    await expect.poll(() => service.state.requests.length).toBe(1)
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    expect(service.state.requests).toHaveLength(1)
  })

  test('Retry-After may be a date', async () => {
    await using service = await startSampleService()
    service.state.failures.push({
      html: 503,
      retryAfter: new Date(Date.now() + 3_600_000).toUTCString(),
    })
    const client = createTodoClient({ url: service.url, accessToken: 'token 1', retry: false })
    const error = await client.me.get().catch((thrown: unknown) => thrown)
    const seconds = isTodoApiError(error) ? error.retryAfterSeconds : undefined
    expect(seconds).toBeGreaterThan(3_000)
    expect(seconds).toBeLessThanOrEqual(3_600)
  })

  test('a creation whose id is undefined is not retried', async () => {
    await using service = await startSampleService()
    service.state.failures.push({ destroy: true })
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    await expect(client.todos.create({ id: undefined, title: 'x' })).rejects.toThrow(TodoNetworkError)
    expect(service.state.requests).toHaveLength(1)
  })

  test('a call with an aborted signal sends nothing', async () => {
    await using service = await startSampleService()
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    const signal = AbortSignal.abort(new Error('never mind'))
    await expect(client.me.get(undefined, { signal })).rejects.toThrow('never mind')
    expect(service.state.requests).toHaveLength(0)
  })
})

describe('pages', () => {
  test('an input without required fields can be left out', async () => {
    await using service = await startSampleService()
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    expect(await client.todos.list()).toMatchObject({ nextCursor: '1' })
  })

  test('aborting ends all(), even in the middle of a page', async () => {
    await using service = await startSampleService()
    const client = createTodoClient({ url: service.url, accessToken: 'token 1' })
    const controller = new AbortController()
    const titles: string[] = []
    async function walk() {
      for await (const { title } of client.todos.list.all({}, { signal: controller.signal })) {
        titles.push(title)
        controller.abort(new Error('enough'))
      }
    }
    await expect(walk()).rejects.toThrow('enough')
    expect(titles).toEqual(['0a'])
  })

  test('only operations that take a cursor have all()', () => {
    const client = createTodoClient({ url: 'http://127.0.0.1' })
    expect(client.todos.list).toHaveProperty('all')
    expect(client.changes.list).not.toHaveProperty('all')
    // @ts-expect-error nor does its type have it
    expect(client.changes.list.all).toBeUndefined()
  })
})

describe('consistency', () => {
  test('each request carries the newest consistency token received', async () => {
    await using service = await startSampleService()
    const answered = [
      '00000001-0000000000000010',
      '00000001-0000000000000030',
      '00000001-0000000000000020',
      undefined,
    ]
    const sent: (string | null)[] = []
    const client = createTodoClient({
      url: service.url,
      accessToken: 'token 1',
      async fetch(target, init) {
        sent.push(new Headers(init?.headers).get('consistency-token'))
        const response = await fetch(target, init)
        const token = answered.shift()
        const headers = new Headers(response.headers)
        if (token !== undefined) headers.set('consistency-token', token)
        return new Response(response.body, { status: response.status, headers })
      },
    })
    for (let call = 0; call < 4; call++) await client.todos.get({ id })
    expect(sent).toEqual([
      null,
      '00000001-0000000000000010',
      '00000001-0000000000000030',
      '00000001-0000000000000030',
    ])
  })
})
