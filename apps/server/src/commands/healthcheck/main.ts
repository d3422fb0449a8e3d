import { get } from 'node:http'
import { listeningAt } from './env.ts'

const TIMEOUT_MS = 4_000

/** Requests /health/live from the instance of this container. @throws Error if it does not respond with 200 in time */
export async function main(): Promise<void> {
  const { host, port } = listeningAt()
  const status = await new Promise<number | undefined>((resolve, reject) => {
    // A path of its own: what the check shares with the server becomes another file that it has to load.
    get({ host, port, path: '/health/live', timeout: TIMEOUT_MS, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('timeout', () => reject(new Error(`no response within ${TIMEOUT_MS} ms`)))
      .on('error', reject)
  })
  if (status !== 200) throw new Error(`/health/live responded with ${status}`)
}
