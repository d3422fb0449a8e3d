import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** A proxy to the server of `url`. `forward` passes on what a client and the server send, or not. */
export async function startProxy(url: string, forward: (client: Socket, server: Socket) => void) {
  const { hostname, port } = new URL(url)
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    client.on('close', () => server.destroy()).on('error', () => server.destroy())
    server.on('close', () => client.destroy()).on('error', () => client.destroy())
    forward(client, server)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const proxied = new URL(url)
  proxied.port = String((proxy.address() as AddressInfo).port)
  return { url: proxied.href, [Symbol.asyncDispose]: async () => void proxy.close() }
}
