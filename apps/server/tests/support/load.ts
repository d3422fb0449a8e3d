import { v7 as uuidv7 } from 'uuid'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'

const TOKEN = 'consistency-token'

export type Report = {
  requests: number
  /** Responses of 503 with Retry-After. */
  unavailable: number
  /** Any other failure. */
  others: string[]
  /** Todos whose creation was acknowledged, and when, in milliseconds. */
  acknowledged: { id: string; at: number }[]
  /** Requests that succeeded since the last failure. */
  successesInARow: number
  /** Duration of the slowest request. */
  slowestMs: number
  /** When the last request failed, in milliseconds since the start of `during`; 0 if none did. */
  recoveryMs: number
}

/**
 * Runs writers and readers while `during` runs. Each sends its requests to random instances; most send the consistency
 * token that they received.
 */
export async function underLoad(
  { urls, authorization }: { urls: string[]; authorization: string },
  during: (report: Report) => Promise<void>,
): Promise<Report> {
  const report: Report = {
    requests: 0,
    unavailable: 0,
    others: [],
    acknowledged: [],
    successesInARow: 0,
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
      // An empty token would send the read to the primary.
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
      if (response.ok) {
        report.successesInARow += 1
        return response
      }
      report.successesInARow = 0
      lastFailure = performance.now()
      if (response.status === 503 && response.headers.has('retry-after')) report.unavailable += 1
      else report.others.push(`${init.method ?? 'GET'} ${path}: ${response.status} ${body}`)
    } catch (error) {
      report.successesInARow = 0
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

  // Without a token a read does not wait for a replica to catch up, so there are always some on their way to one.
  const strangers = Array.from({ length: 6 }, () => read({ withToken: false }))
  const known = [read({ withToken: true }), read({ withToken: true })]
  const workers = [write(), write(), write(), ...known, ...strangers]
  await expect.poll(() => report.successesInARow).toBeGreaterThan(20)
  const began = performance.now()
  try {
    await during(report)
  } finally {
    load.runs = false
    await Promise.all(workers)
  }
  report.recoveryMs = Math.max(0, lastFailure - began)
  return report
}

/** Waits until the load has been served without a failure for a while. */
export async function recovered(report: Report): Promise<void> {
  const before = report.requests
  await expect.poll(() => Math.min(report.successesInARow, report.requests - before)).toBeGreaterThan(100)
}
