// The load generator, which start-generator.ts runs as a process of its own.
import autocannon from 'autocannon'
import { CALLS, type Protocol } from './calls.ts'
import type { Scale } from './fixture.ts'
import { tokenOf } from './token.ts'
import { type Request, WORKLOADS, type WorkloadName } from './workloads.ts'

export type Job = {
  protocol: Protocol
  port: number
  workload: WorkloadName
  scale: Scale
  jwtSecret: string
  connections: number
  /** Of the page that `far page of many` asks for. */
  cursor?: string | undefined
} & ({ seconds: number } | { requests: number })

export type Outcome = {
  requests: number
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Incorrect answers, broken connections and timeouts. */
  wrong: number
  firstWrong: string | undefined
}

process.on('message', (job: Job) => {
  run(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  )
})
process.once('disconnect', () => process.exit())

async function run(job: Job): Promise<Outcome> {
  const { protocol, port, workload, scale, jwtSecret, connections, cursor } = job
  const calls = CALLS[protocol]
  const nextRequest = WORKLOADS[workload]({ calls, scale, cursor })
  const latencies: number[] = []
  let lastAnswer = 0
  let wrong = 0
  let firstWrong: string | undefined

  // Each connection has its own context, and sends a request only after the answer to the one before.
  const handlers = {
    setupRequest(options: object, context: { request?: Request }) {
      context.request = nextRequest()
      const { method, path, body } = context.request.call
      const headers = {
        authorization: `Bearer ${tokenOf(jwtSecret, context.request.owner)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }
      return {
        ...options,
        method,
        path,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      }
    },
    onResponse(status: number, body: string, { request }: { request?: Request }) {
      if (isCorrect(status, body, request)) return
      wrong += 1
      firstWrong ??= `${status} ${body.slice(0, 600)}`
    },
  }

  const isCorrect = (status: number, body: string, request: Request | undefined) => {
    try {
      return status >= 200 && status < 300 && request?.isCorrect(calls.answerOf(body)) === true
    } catch {
      return false
    }
  }

  const started = performance.now()
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        ...('seconds' in job ? { duration: job.seconds } : { amount: job.requests }),
        sampleInt: 100,
        bailout: 1,
        timeout: 60,
        requests: [handlers],
      } as autocannon.Options,
      (error: Error | null, value) => (error === null ? resolve(value) : reject(error)),
    )
    // The event has client, status, bytes and milliseconds.
    instance.on('response', (...event) => {
      latencies.push(event[3])
      lastAnswer = performance.now()
    })
  })
  latencies.sort((a, b) => a - b)
  const percentile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    requests: latencies.length,
    // autocannon notices only every 100 ms that all requests are answered.
    seconds: ((lastAnswer || performance.now()) - started) / 1000,
    p50: percentile(0.5),
    p99: percentile(0.99),
    wrong: wrong + result.errors + result.timeouts,
    firstWrong,
  }
}
