import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

type Options = {
  port: number
  headers: Record<string, string>
  connections: number
  /** Sends SIGTERM and resolves when the server has exited. */
  stop: () => Promise<unknown>
}

/**
 * Stops a server under load. The clients behave like a load balancer: one that receives `connection: close` goes
 * elsewhere, and every request before must be answered.
 */
export async function stopUnderLoad({
  port,
  headers,
  connections,
  stop,
}: Options): Promise<{ stopMs: number; lost: number }> {
  const agent = new Agent({ keepAlive: true })
  let lost = 0
  const client = async () => {
    for (;;) {
      const result = await requestPage({ agent, port, headers })
      if (result === 'lost') lost += 1
      if (result !== 'answered') return
    }
  }
  const clients = Array.from({ length: connections }, client)
  await sleep(1_000)
  const from = performance.now()
  await stop()
  const stopMs = performance.now() - from
  await Promise.all(clients)
  agent.destroy()
  return { stopMs, lost }
}

type Client = Pick<Options, 'port' | 'headers'> & { agent: Agent }

function requestPage({ agent, port, headers }: Client): Promise<'answered' | 'last' | 'lost'> {
  return new Promise((resolve) => {
    const request = get(
      { port, host: '127.0.0.1', path: '/api/v1/todos?limit=20', agent, headers },
      (response) => {
        const answer = response.headers.connection === 'close' ? 'last' : 'answered'
        response.on('end', () => resolve(response.statusCode === 200 && response.complete ? answer : 'lost'))
        response.on('error', () => resolve('lost'))
        response.resume()
      },
    )
    request.on('error', () => resolve('lost'))
  })
}
