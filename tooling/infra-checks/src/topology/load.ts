import { Agent, request } from 'node:https'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** What is asked of the load balancer: over TLS, with its authority's certificate and no other. */
export type Front = { host: string; port: number; ca: Buffer }

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

type Ask = { method?: string; path: string; headers?: Record<string, string>; body?: unknown; agent?: Agent }

export function ask(front: Front, { method = 'GET', path, headers = {}, body, agent }: Ask): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...front,
        servername: front.host,
        method,
        path,
        headers: {
          ...headers,
          ...(text !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
        },
        ...(agent && { agent }),
        timeout: 20_000,
      },
      (response) => {
        let received = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (received += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        )
        response.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s')))
    sent.on('error', reject)
    sent.end(text)
  })
}

/** Someone new, logged in. @returns the header that says so */
export async function someone(front: Front): Promise<Record<string, string>> {
  const account = {
    email: `${randomUUID()}@example.com`,
    password: 'verify the whole topology',
    displayName: 'Ada',
  }
  const made = await ask(front, { method: 'POST', path: '/api/v1/auth/sign-up', body: account })
  if (made.status !== 204) throw new Error(`signing up answers ${made.status}: ${made.body}`)
  const { email, password } = account
  const login = await ask(front, {
    method: 'POST',
    path: '/api/v1/auth/log-in',
    body: { email, password, mode: 'body' },
  })
  if (login.status !== 200) throw new Error(`logging in answers ${login.status}: ${login.body}`)
  const { accessToken } = JSON.parse(login.body) as { accessToken: string }
  return { authorization: `Bearer ${accessToken}` }
}

export type Outcome = { requests: number; failures: string[] }

/** Writers who read what they wrote, and readers, on connections kept alive, while `during` runs. */
export async function underLoad(
  front: Front,
  headers: Record<string, string>,
  during: () => Promise<void>,
): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true })
  const outcome: Outcome = { requests: 0, failures: [] }
  const load = { runs: true }

  async function send(what: Ask, wanted: number, seen: Record<string, string>): Promise<Answer | undefined> {
    outcome.requests += 1
    try {
      const answer = await ask(front, { ...what, agent, headers: { ...headers, ...seen } })
      const token = answer.headers['consistency-token']
      if (typeof token === 'string') seen['consistency-token'] = token
      if (answer.status === wanted) return answer
      outcome.failures.push(
        `${what.method ?? 'GET'} ${what.path}: ${answer.status} ${answer.body.slice(0, 200)}`,
      )
    } catch (error) {
      outcome.failures.push(`${what.method ?? 'GET'} ${what.path}: ${String(error)}`)
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
    agent.destroy()
  }
  return outcome
}
