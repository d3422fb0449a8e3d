import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export type Answer = { status: number; headers: Headers; body: string }

type Call = { method?: string; path: string; headers?: Record<string, string>; body?: unknown }

/** Sends a request to the load balancer. */
export async function call(
  site: string,
  { method = 'GET', path, headers = {}, body }: Call,
): Promise<Answer> {
  const response = await fetch(new URL(path, site), {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

/** Signs a new user up and logs them in. @returns their authorization header */
export async function logInNewUser(site: string): Promise<Record<string, string>> {
  const login = { email: `${randomUUID()}@example.com`, password: 'verify the whole topology' }
  await post(site, { path: '/api/v1/auth/sign-up', body: { ...login, displayName: 'Ada' } })
  const { body } = await post(site, { path: '/api/v1/auth/log-in', body: { ...login, mode: 'body' } })
  const { accessToken } = JSON.parse(body) as { accessToken: string }
  return { authorization: `Bearer ${accessToken}` }
}

async function post(site: string, request: Call): Promise<Answer> {
  const answer = await call(site, { method: 'POST', ...request })
  if (answer.status >= 300) throw new Error(`${request.path} answers ${answer.status}: ${answer.body}`)
  return answer
}

export type Outcome = { requests: number; failures: string[] }

/** Four writers that read their own writes and twelve readers, all with keep-alive, while `during` runs. */
export async function underLoad(
  site: string,
  headers: Record<string, string>,
  during: () => Promise<void>,
): Promise<Outcome> {
  const outcome: Outcome = { requests: 0, failures: [] }
  const load = { runs: true }

  async function send(
    request: Call,
    expected: number,
    seen: Record<string, string>,
  ): Promise<Answer | undefined> {
    const name = `${request.method ?? 'GET'} ${request.path}`
    outcome.requests += 1
    try {
      const answer = await call(site, { ...request, headers: { ...headers, ...seen } })
      const token = answer.headers.get('consistency-token')
      if (token !== null) seen['consistency-token'] = token
      if (answer.status === expected) return answer
      outcome.failures.push(`${name}: ${answer.status} ${answer.body.slice(0, 200)}`)
    } catch (error) {
      outcome.failures.push(`${name}: ${String(error)}`)
    }
    return undefined
  }

  async function write(): Promise<void> {
    const seen = {}
    while (load.runs) {
      const created = await send(
        { method: 'POST', path: '/api/v1/todos', body: { title: 'load' } },
        201,
        seen,
      )
      if (!created) continue
      const { id } = JSON.parse(created.body) as { id: string }
      await send({ path: `/api/v1/todos/${id}` }, 200, seen)
      await send({ method: 'DELETE', path: `/api/v1/todos/${id}` }, 204, seen)
      await sleep(20)
    }
  }

  async function read(): Promise<void> {
    const seen = {}
    while (load.runs) {
      await send({ path: '/api/v1/todos?limit=20' }, 200, seen)
      await sleep(10)
    }
  }

  const workers = [...Array.from({ length: 4 }, write), ...Array.from({ length: 12 }, read)]
  await sleep(1_000)
  try {
    await during()
    await sleep(1_000)
  } finally {
    load.runs = false
    await Promise.all(workers)
  }
  return outcome
}
