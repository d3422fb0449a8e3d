import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, inject, test } from 'vitest'
import { checkServer } from './check-server.ts'
import { openPostgres } from './open-postgres.ts'

/** A proxy to the server of `url` that never answers its first connection, like a very busy machine. */
async function busyServer(url: string) {
  const { hostname, port } = new URL(url)
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    near.on('error', () => undefined)
    if (connections === 1) return
    const far = connect(Number(port), hostname)
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
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

test('the start waits for a server that accepts connections slowly', async () => {
  await using busy = await busyServer(inject('testServerUrl'))
  const postgres = openPostgres({ url: busy.url, poolSize: 2 })
  expect(await checkServer(postgres, { perInstance: 2, instances: 1 })).toEqual([])
  expect(busy.connections()).toBeGreaterThan(1)
  await postgres.close()
})

test('an address without a server fails at once', async () => {
  const nowhere = openPostgres({ url: 'postgresql://postgres@127.0.0.1:1/none' })
  await expect(checkServer(nowhere, { perInstance: 1, instances: 1 })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
  await nowhere.close()
})
