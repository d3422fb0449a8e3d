import { expect, inject, test } from 'vitest'
import { checkServer } from './check-server.ts'
import { openPostgres } from '../open-postgres.ts'
import { startProxy } from '../testing/start-proxy.ts'

/**
 * A proxy to the server of `url`, like a very busy machine: on its first connection it passes on only the first
 * `messages` that the client sends.
 */
async function busyServer(url: string, messages: number) {
  let connections = 0
  const proxy = await startProxy(url, (client, server) => {
    connections += 1
    const isFirst = connections === 1
    let passed = 0
    client.on('data', (chunk) => {
      passed += 1
      if (!isFirst || passed <= messages) server.write(chunk)
    })
    server.pipe(client)
  })
  return { ...proxy, connections: () => connections }
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
