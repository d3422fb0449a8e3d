import { randomUUID } from 'node:crypto'
import { chmod, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

/**
 * Writes what postgresql.conf includes. A file rather than options of the command line, which sh and cmd.exe quote
 * differently; renamed into place, as another process may start Postgres at this moment.
 */
export async function writeSettings(
  dataDir: string,
  settings: Record<string, string | number>,
): Promise<void> {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`,
  )
  const file = join(dataDir, 'embedded.conf')
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, lines.join(''))
  await chmod(draft, 0o644)
  await rename(draft, file)
}

/** A port of 127.0.0.1 that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
