import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export type Proxy = AsyncDisposable & {
  port: number
  /** Where connections go from now on; those that are open end, unless `keep`. */
  switchTo: (port: number, options?: { keep: boolean }) => void
}

/** One address for whichever server is behind it, as a Service of Kubernetes or a DNS name is. */
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
