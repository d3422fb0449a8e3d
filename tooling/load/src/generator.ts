// The load generator: a process of its own, so that it can have a core of its own. Told what to do by its parent.
import autocannon from 'autocannon'
import { CALLS, type Protocol } from './calls.ts'
import type { Scale } from './fixture.ts'
import { tokenOf } from './token.ts'
import { type Step, WORKLOADS, type WorkloadName } from './workloads.ts'

export type Job = {
  protocol: Protocol
  port: number
  workload: WorkloadName
  scale: Scale
  jwtSecret: string
  connections: number
  number: number
  rounds: number
  cursor: string | undefined
} & ({ seconds: number } | { requests: number })

export type Outcome = {
  requests: number
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Answers that are not right, and connections that broke. */
  wrong: number
  firstWrong: string | undefined
}

type Asked = { step?: Step }

process.on('message', (job: Job) => {
  run(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  )
})
process.once('disconnect', () => process.exit())

async function run(job: Job): Promise<Outcome> {
  const { protocol, port, workload, scale, connections } = job
  const calls = CALLS[protocol]
  const { number, rounds, cursor } = job
  const next = WORKLOADS[workload]({ calls, scale, random, number, rounds, cursor })
  const latencies: number[] = []
  let last = 0
  let wrong = 0
  let firstWrong: string | undefined

  // Each connection has a context of its own, and asks again only when it is answered.
  const request = {
    setupRequest(options: object, context: Asked) {
      const step = next()
      context.step = step
      const { method, path, body } = step.call
      return {
        ...options,
        method,
        path,
        headers: {
          authorization: `Bearer ${tokenOf(job.jwtSecret, step.owner)}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      }
    },
    onResponse(status: number, body: string, { step }: Asked) {
      if (isRight(status, body, step)) return
      wrong += 1
      firstWrong ??= `${status} ${body.slice(0, 600)}`
    },
  }

  const isRight = (status: number, body: string, step: Step | undefined) => {
    try {
      return status >= 200 && status < 300 && step?.isRight(calls.answerOf(body)) === true
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
        requests: [request],
      } as autocannon.Options,
      (error, value) => (error === null ? resolve(value) : reject(error)),
    )
    // Client, status, bytes and milliseconds.
    instance.on('response', (...told) => {
      latencies.push(told[3])
      last = performance.now()
    })
  })
  // Counted requests end before autocannon does, which looks every 100 ms.
  const seconds = ((last || performance.now()) - started) / 1000
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    seconds,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    wrong: wrong + result.errors + result.timeouts,
    firstWrong,
  }
}

const random = (below: number) => Math.floor(Math.random() * below)
