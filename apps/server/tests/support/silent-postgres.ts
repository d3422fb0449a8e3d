import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'

// AuthenticationOk and ReadyForQuery (https://www.postgresql.org/docs/current/protocol-message-formats.html).
const WELCOME = Buffer.from('5200000008000000005a0000000549', 'hex')

/** A database behind a broken network: it accepts connections but never responds to a query. */
export async function silentPostgres(): Promise<AsyncDisposable & { url: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(WELCOME))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `postgresql://user@127.0.0.1:${port}/todo`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
