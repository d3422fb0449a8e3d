import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export type Proxy = AsyncDisposable & {
  port: number
  /** Switches to another target. Open connections are closed unless `keep` is set. */
  switchTo: (port: number, options?: { keep: boolean }) => void
}

/** One address whose target can change, like a Kubernetes Service or a DNS name. */
export async function startProxy(port: number, { delayMs = 0 } = {}): Promise<Proxy> {
  let target = port
  const open = new Set<Socket>()
  const server = createServer((inside) => {
    const outside = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.on('data', (chunk) => {
        if (delayMs === 0) other.write(chunk)
        else setTimeout(() => other.write(chunk), delayMs)
      })
    }
  })
  const cut = () => open.forEach((socket) => socket.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    switchTo(next, { keep } = { keep: false }) {
      target = next
      if (!keep) cut()
    },
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
    },
  }
}
