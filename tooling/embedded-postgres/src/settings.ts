import { randomUUID } from 'node:crypto'
import { chmod, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

/**
 * Writes the file that postgresql.conf includes. Command-line options would need different quotes for sh and cmd.exe. The
 * file is renamed into place, because another process may be starting Postgres.
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

/** A free port on 127.0.0.1. */
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
