import { createKeyRing, createPasswordHasher, signingKey } from '@todo/core'
import { createDatabase } from '@todo/db'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { errorOf } from '../../src/logger.ts'
import { buildServer } from '../../src/server.ts'
import { recordStatements } from './statements.ts'

export const JWT_SECRET = 'a secret for the tests, of more than 32 bytes'

export type TestServer = AsyncDisposable & {
  url: string
  logs: () => string
  /** Queries that wait for a connection. */
  waiting: () => number
  /** All SQL texts that the server has sent. */
  statements: () => ReadonlySet<string>
}

/** Starts the real application on a port, with the database of `databaseUrl`. Keeps its log. */
export async function startServer(
  databaseUrl: string,
  {
    corsOrigins = [] as string[],
    poolSize = 10,
    retentionIntervalMs = 600_000,
    production = false,
    maxQueued = 16,
  } = {},
): Promise<TestServer> {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const database = createDatabase({ url: databaseUrl, poolSize, applicationName: 'todo-test-server' })
  const statements = recordStatements(database)
  const app = await buildServer({
    env: {
      production,
      corsOrigins,
      trustProxy: false,
      bodyLimit: 1_048_576,
      requestTimeoutMs: 30_000,
      retentionIntervalMs,
    },
    database,
    logger: pino({ level: 'debug', serializers: { err: errorOf } }, stream),
    keyRing: createKeyRing([signingKey(JWT_SECRET)]),
    passwords: createPasswordHasher({ maxQueued }),
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    logs: () => lines.join(''),
    waiting: () => database.pool.waitingCount,
    statements,
    async [Symbol.asyncDispose]() {
      await app.close()
      await database.close()
    },
  }
}
