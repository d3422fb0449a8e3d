import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, inject, test } from 'vitest'
import { checkServer } from './check-server.ts'
import { openPostgres } from './open-postgres.ts'

/**
 * A proxy to the server of `url`, like a very busy machine: on its first connection it passes on only the first
 * `messages` that the client sends.
 */
async function busyServer(url: string, messages: number) {
  const { hostname, port } = new URL(url)
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    near.on('error', () => undefined)
    const isFirst = connections === 1
    const far = connect(Number(port), hostname)
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    let passed = 0
    near.on('data', (chunk) => {
      passed += 1
      if (!isFirst || passed <= messages) far.write(chunk)
    })
    far.pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const busy = new URL(url)
  busy.port = String((server.address() as AddressInfo).port)
  return {
    url: busy.href,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

test.each([
  ['accepts connections slowly', 0],
  ['answers the first query slowly', 1],
])('the start waits for a server that %s', async (_, messages) => {
  await using busy = await busyServer(inject('testServerUrl'), messages)
  const postgres = openPostgres({ url: busy.url, poolSize: 2, statementTimeoutMs: 500 })
  const retried: string[] = []
  const onRetry = ({ message }: Error) => retried.push(message)
  expect(await checkServer(postgres, { perInstance: 2, instances: 1, onRetry })).toEqual([])
  expect(busy.connections()).toBeGreaterThan(1)
  expect(retried).toHaveLength(1)
  await postgres.close()
})

test('an address without a server fails at once', async () => {
  const nowhere = openPostgres({ url: 'postgresql://postgres@127.0.0.1:1/none' })
  await expect(checkServer(nowhere, { perInstance: 1, instances: 1 })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
  await nowhere.close()
})
