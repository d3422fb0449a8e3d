import { v7 as uuidv7 } from 'uuid'
import { setTimeout as sleep } from 'node:timers/promises'

const TOKEN = 'consistency-token'

export type Report = {
  requests: number
  /** Answers of 503 with Retry-After. */
  unavailable: number
  /** Any other failure: there is to be none. */
  others: string[]
  /** Todos whose creation was acknowledged, and when, in milliseconds. */
  acknowledged: { id: string; at: number }[]
  /** How long `during` took, and when in it the last request failed, in milliseconds; 0: none did. */
  loadMs: number
  /** The longest time of a request. */
  slowestMs: number
  recoveryMs: number
}

/** Writers and readers, most with a consistency token of their own, over all instances at random, while `during` runs. */
export async function underLoad(
  { urls, authorization }: { urls: string[]; authorization: string },
  during: (report: Report) => Promise<void>,
): Promise<Report> {
  const report: Report = {
    requests: 0,
    unavailable: 0,
    others: [],
    acknowledged: [],
    loadMs: 0,
    slowestMs: 0,
    recoveryMs: 0,
  }
  const load = { runs: true }
  let lastFailure = 0

  async function send(
    path: string,
    init: RequestInit,
    seen: { token: string },
  ): Promise<Response | undefined> {
    const url = urls[Math.floor(Math.random() * urls.length)]
    const headers = {
      authorization,
      'content-type': 'application/json',
      // An empty one would be of no timeline, and read from the primary.
      ...(seen.token !== '' && { [TOKEN]: seen.token }),
    }
    report.requests += 1
    const began = performance.now()
    try {
      const response = await fetch(`${url}/api/v1${path}`, { ...init, headers })
      const body = await response.text()
      report.slowestMs = Math.max(report.slowestMs, performance.now() - began)
      const token = response.headers.get(TOKEN) ?? ''
      if (token > seen.token) seen.token = token
      if (response.ok) return response
      lastFailure = performance.now()
      if (response.status === 503 && response.headers.has('retry-after')) report.unavailable += 1
      else report.others.push(`${init.method ?? 'GET'} ${path}: ${response.status} ${body}`)
    } catch (error) {
      report.others.push(`${path}: ${String(error)}`)
    }
    await sleep(20)
    return undefined
  }

  async function write(): Promise<void> {
    const seen = { token: '' }
    while (load.runs) {
      const id = uuidv7()
      const created = await send(
        '/todos',
        { method: 'POST', body: JSON.stringify({ id, title: 'load' }) },
        seen,
      )
      if (!created) continue
      report.acknowledged.push({ id, at: performance.now() })
      await send(`/todos/${id}`, {}, seen)
    }
  }

  async function read({ withToken }: { withToken: boolean }): Promise<void> {
    const seen = { token: '' }
    while (load.runs) await send('/todos?limit=5', {}, withToken ? seen : { token: '' })
  }

  // Who has no token waits for no replica, and so is on its way to one at any time.
  const strangers = Array.from({ length: 6 }, () => read({ withToken: false }))
  const known = [read({ withToken: true }), read({ withToken: true })]
  const workers = [write(), write(), write(), ...known, ...strangers]
  await sleep(500)
  const began = performance.now()
  try {
    await during(report)
  } finally {
    load.runs = false
    await Promise.all(workers)
  }
  report.loadMs = performance.now() - began
  report.recoveryMs = Math.max(0, lastFailure - began)
  return report
}
